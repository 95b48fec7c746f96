"""The commands that run a heat, each with its answer."""

from timing_server.rules.answers.answer import Answers
from timing_server.rules.answers.heats import calling, ends, pausing, practice, running
from timing_server.rules.commands import heats
from timing_server.rules.commands.plan import EquipRun

ANSWERS: Answers = {
    EquipRun: calling.equip_run,
    heats.CallNextHeat: calling.call_next_heat,
    heats.ArmHeat: calling.arm_heat,
    heats.StartHeat: running.start_heat,
    heats.PauseHeat: pausing.pause_heat,
    heats.ResumeHeat: pausing.resume_heat,
    heats.ShowFlag: pausing.show_flag,
    heats.NoteInterruption: running.note_interruption,
    heats.ContinueHeat: running.continue_heat,
    heats.StopHeat: running.stop_heat,
    heats.AbandonHeat: running.abandon_heat,
    heats.SendOut: practice.send_out,
    heats.BringIn: practice.bring_in,
    heats.Tick: ends.tick,
}
