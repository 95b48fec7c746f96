"""What can go wrong with models that people bring: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class ModelRefusedError(ServiceError, ValueError):
    """The trial found that a model can't drive; ``reason`` is its sentence."""

    code = "model_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)


class ModelUnreadableError(ServiceError, ValueError):
    """What was sent isn't a form with a model's file in it."""

    code = "model_unreadable"


class ModelTooLargeError(ServiceError, ValueError):
    """A model's file, or its papers, have more bytes than they may."""

    code = "model_too_large"


class ModelsUncheckedError(ServiceError, RuntimeError):
    """This server can't try models out, so that it takes none."""

    code = "models_unchecked"


class ModelsBusyError(ServiceError, RuntimeError):
    """More models wait for their trial than anybody would wait for."""

    code = "models_busy"


class DiskNearlyFullError(ServiceError, OSError):
    """The disk has no room that the race wouldn't need."""

    code = "disk_nearly_full"


class TooManyModelsError(ServiceError, ValueError):
    """Somebody has brought as many models as one may have here."""

    code = "too_many_models"


class ModelInUseError(ServiceError, ValueError):
    """A model is to be deleted with which an entry drives."""

    code = "model_in_use"


class ModelWaitsError(ServiceError, ValueError):
    """A model is to be deleted that waits to be driven."""

    code = "model_waits"


class ModelRacingError(ServiceError, ValueError):
    """A model is to be deleted with which an entry may still have to race."""

    code = "model_racing"


class NotOwnModelError(ServiceError, PermissionError):
    """A driver wants to drive with a model that somebody else brought."""

    code = "not_own_model"


class ModelNotReadyError(ServiceError, ValueError):
    """A driver wants to send a model to a car whose stress card says that it isn't ready."""

    code = "model_not_ready"
    way_out = (
        "Test it on the track that it was trained on, choose another, or ask the organiser, who "
        "can send it anyway."
    )

    def __init__(self, track: str, clean: int, laps: int) -> None:
        super().__init__(
            f"The stress card says that this model isn't ready for a car: {clean} of {laps} laps "
            f"were clean in a plain hall on {track}. {self.way_out}",
            track=track,
            clean=clean,
            laps=laps,
        )


class ModelNeedsWordError(ModelNotReadyError):
    """An organiser wants to send such a model, and hasn't said that it is to go anyway."""

    code = "model_needs_word"
    way_out = "Say that it is to be sent anyway, and the log keeps that you did."


class ModelNeedsEntryError(ModelNotReadyError):
    """A run is to be driven with such a model, which nobody has sent to its entry anyway."""

    code = "model_needs_entry"
    way_out = (
        "An organiser may choose it as the entry's model and send it anyway, which the log keeps; "
        "then it goes on this run as well."
    )


class ModelGoneError(ServiceError, LookupError):
    """A model is wanted back that was given up too long ago."""

    code = "model_gone"
