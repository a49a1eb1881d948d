from flask import Blueprint

bp = Blueprint("notifications_office", __name__)
