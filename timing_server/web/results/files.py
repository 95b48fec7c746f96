"""Routes that give results as files: for spreadsheets, for the web, for paper."""

from collections.abc import Callable

from fastapi import Depends, Response

from timing_server.contract.race.sheets import EventResults
from timing_server.service.exports.csv_file import laps_csv, results_csv, runs_csv
from timing_server.service.exports.html_file import results_html
from timing_server.service.exports.printing import printed
from timing_server.service.exports.wording import Wording
from timing_server.service.kit import Kit
from timing_server.web.asking import IdInPath, RawJson
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.results.telling import Language, attachment, results_of, wording
from timing_server.web.routing import ApiRouter

router = ApiRouter(
    tags=["results"], dependencies=[Depends(PUBLIC)], default_response_class=Response
)

CSV, HTML, PDF, JSON = "text/csv", "text/html", "application/pdf", "application/json"
Write = Callable[[EventResults, Wording], bytes]


def _files(media_type: str) -> dict[int | str, dict[str, object]]:
    return {200: {"content": {media_type: {}}}, **refusals(404, 422)}


@router.get(
    "/events/{event_id}/results/results.csv", summary="Get results as CSV", responses=_files(CSV)
)
async def csv_of_results(event_id: IdInPath, kit: AnyKit) -> Response:
    """Every row of every stage; durations in microseconds."""
    return await _file(event_id, kit, ("results.csv", CSV), lambda event, _: results_csv(event))


@router.get("/events/{event_id}/results/laps.csv", summary="Get laps as CSV", responses=_files(CSV))
async def csv_of_laps(event_id: IdInPath, kit: AnyKit) -> Response:
    """Every lap of every heat, with why it doesn't count where it doesn't."""
    return await _file(event_id, kit, ("laps.csv", CSV), lambda event, _: laps_csv(event))


@router.get("/events/{event_id}/results/runs.csv", summary="Get runs as CSV", responses=_files(CSV))
async def csv_of_runs(event_id: IdInPath, kit: AnyKit) -> Response:
    """Every run of every heat: what was done to its car, each with its lap (`2:speed=60 2:off_track
    3:go end:stop`), and how the car says it drove, from picture to wheels.
    """
    return await _file(event_id, kit, ("runs.csv", CSV), lambda event, _: runs_csv(event))


@router.get(
    "/events/{event_id}/results/results.json",
    summary="Get results as a JSON file",
    response_model=EventResults,
    response_class=RawJson,
    responses=refusals(404, 422),
)
async def json_of_results(event_id: IdInPath, kit: AnyKit) -> Response:
    """What `GET …/results` answers, to keep."""

    def write(event: EventResults, _: Wording) -> bytes:
        return event.model_dump_json(indent=1).encode()

    return await _file(event_id, kit, ("results.json", JSON), write)


@router.get(
    "/events/{event_id}/results/results.html",
    summary="Get the event as one HTML file",
    responses=_files(HTML),
)
async def html_of_results(event_id: IdInPath, kit: AnyKit, language: Language = "en") -> Response:
    """It needs nothing else: mail it, publish it, print it."""
    return await _file(event_id, kit, ("results.html", HTML), results_html, language)


@router.get(
    "/events/{event_id}/results/results.pdf",
    summary="Get results on paper",
    responses=_files(PDF),
)
async def pdf_of_results(event_id: IdInPath, kit: AnyKit, language: Language = "en") -> Response:
    """Places, every stage, awards, and how to check them."""
    return await _file(event_id, kit, ("results.pdf", PDF), printed("results"), language)


@router.get(
    "/events/{event_id}/results/heats.pdf",
    summary="Get every heat's sheet on paper",
    responses=_files(PDF),
)
async def pdf_of_heats(event_id: IdInPath, kit: AnyKit, language: Language = "en") -> Response:
    """A page for each heat that ran, with every lap."""
    return await _file(event_id, kit, ("heats.pdf", PDF), printed("heats"), language)


@router.get(
    "/events/{event_id}/results/drivers.pdf",
    summary="Get every driver's sheet on paper",
    responses=_files(PDF),
)
async def pdf_of_drivers(event_id: IdInPath, kit: AnyKit, language: Language = "en") -> Response:
    """A page for each entry that ran: its places, its runs, its laps."""
    return await _file(event_id, kit, ("drivers.pdf", PDF), printed("drivers"), language)


@router.get(
    "/events/{event_id}/results/certificates.pdf",
    summary="Get certificates",
    responses=_files(PDF),
)
async def pdf_of_certificates(
    event_id: IdInPath, kit: AnyKit, language: Language = "en"
) -> Response:
    """A page for each entry that ran, in the order of places, then one for each award."""
    return await _file(event_id, kit, ("certificates.pdf", PDF), printed("certificates"), language)


async def _file(
    event_id: str, kit: Kit, kind: tuple[str, str], write: Write, language: str = "en"
) -> Response:
    """Return a file of a kind (its name, its media type), written once, off the event loop."""
    name, media_type = kind
    event = await results_of(event_id, kit)
    words = wording(kit, language)
    content = await kit.press.file(event, name, words.language, lambda: write(event, words))
    return Response(content, media_type=media_type, headers=attachment(name, event_id))
