from flask import Blueprint

bp = Blueprint("demo_people", __name__)
