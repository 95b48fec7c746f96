import pytest

from timing_server.service.models.models import called


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("lap.onnx", "lap"),
        ("my model.tar.gz", "my model"),
        ("..\\..\\boot.ini", "boot"),
        ("../../../etc/passwd", "passwd"),
        ("x" * 300 + ".onnx", "x" * 40),
        ("\u202eevil\u0000.onnx", "evil"),
        ("<b>bold</b>.onnx", "b>"),
        (".onnx", ".onnx"),
        ("", "model"),
        ("\u200b.tar", "model"),
    ],
)
def test_a_file_name_becomes_a_name_to_show(file_name: str, name: str) -> None:
    """It should drop paths, endings and what can't be seen, and be short."""
    assert called(file_name) == name
