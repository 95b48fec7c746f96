"""Which answer belongs to which command of a virtual race."""

from timing_server.rules.answers.answer import Answers
from timing_server.rules.answers.virtual import duel_shows, duels, runs, shows, stages, submissions
from timing_server.rules.commands import virtual

ANSWERS: Answers = {
    virtual.PlanVirtualStage: stages.plan_virtual_stage,
    virtual.RevealTrack: stages.reveal_track,
    virtual.SubmitModel: submissions.submit_model,
    virtual.WithdrawSubmission: submissions.withdraw_submission,
    virtual.RefuseSubmission: submissions.refuse_submission,
    virtual.RetrySubmission: submissions.retry_submission,
    virtual.RecordRun: runs.record_run,
    virtual.RecordDuel: duels.record_duel,
    virtual.PlaySubmission: shows.play_submission,
    virtual.RecordShown: shows.record_shown,
    virtual.PlayDuel: duel_shows.play_duel,
    virtual.RecordDuelShown: duel_shows.record_duel_shown,
    virtual.BreakOffShow: shows.break_off_show,
}
