from flask import Blueprint

bp = Blueprint("office", __name__)
choice = Blueprint("office_choice", __name__)
