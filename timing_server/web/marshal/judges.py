"""Routes for judges' calls of which nobody could say whom they meant."""

from timing_server.contract.race.events import CommandOutcome
from timing_server.contract.race.rulings import JudgeCallRequest
from timing_server.rules.commands.judging import AnswerJudge
from timing_server.rules.units import CallId, EntryId, RulingId
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.marshal.bench import marshals_router

router = marshals_router()


@router.post(
    "/events/{event_id}/judge-calls/{call_id}",
    summary="Say whom a judge's call meant",
    response_model=CommandOutcome,
)
async def answer_judge(call_id: IdInPath, body: JudgeCallRequest, office: AnyOffice) -> object:
    """The mark lies at the instant of the press; taking it back opens the question again."""
    entry_id = None if body.entry_id is None else EntryId(body.entry_id)
    command = AnswerJudge(RulingId(office.new_id()), CallId(call_id), entry_id)
    return await office.command(command)
