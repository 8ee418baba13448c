"""GET /healthz: does it work? For machines and technicians; open, and without any personal data."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from web import current

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    report = current.office().health.report()
    response = jsonify(report)
    response.status_code = 503 if report["status"] == "down" else 200
    return response
