"""Files of a way of working as answers: a picture, a zip."""

from flask import Response

from app.services import thumbnails


def svg_answer(content: bytes) -> Response:
    """The small picture of a .bpmn file."""
    return Response(thumbnails.picture(content), content_type="image/svg+xml; charset=utf-8")


def zip_answer(packed: bytes, name: str) -> Response:
    response = Response(packed, content_type="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
