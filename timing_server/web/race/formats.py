"""The route that says how a stage can be ranked."""

from fastapi import APIRouter, Depends

from timing_server.contract.formats import FormatOptionView, FormatView, TieBreakView
from timing_server.formats.format import TIE_BREAKS, Format
from timing_server.formats.registry import FORMATS
from timing_server.web.auth import PUBLIC

router = APIRouter(tags=["plan"])


@router.get("/formats", summary="List formats", dependencies=[Depends(PUBLIC)])
async def list_formats() -> list[FormatView]:
    """Every format that a stage can be planned under, with its own options and its tie-breaks."""
    return [format_view(each) for each in FORMATS.values()]


def format_view(form: Format) -> FormatView:
    """Return a format as people and screens read it."""
    return FormatView(
        name=form.name,
        title=form.title,
        title_key=f"format_title.{form.name}",
        description=form.description,
        options=tuple(
            FormatOptionView(
                name=each.name,
                description=each.description,
                default=each.default,
                least=each.least,
                most=each.most,
            )
            for each in form.options
        ),
        tie_breaks=tuple(
            TieBreakView(code=code, description=TIE_BREAKS[code]) for code in form.tie_breaks
        ),
    )
