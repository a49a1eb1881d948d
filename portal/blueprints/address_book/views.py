from flask import Blueprint

bp = Blueprint("address_book", __name__)
