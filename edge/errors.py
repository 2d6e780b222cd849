"""Every error the user may see. The command line prints its sentence and exits with status 2.

EdgeError
 ├─ ConfigError            edge.toml or EDGE_*: unknown key, wrong type
 ├─ AudioFileError         no such file, not audio, empty, damaged
 ├─ DeviceError            no PortAudio, no such device, device lost
 ├─ TextError              nothing to say, nothing to ask, prompt longer than the context
 │   └─ ConstraintError    a form that no answer can have, or that cannot be kept to
 │       └─ ConstraintUnfinished  the answer ended before it had its form
 ├─ StorageError           the memory's file: full disk, damaged, locked, newer than this program
 ├─ ImportFileError        a health export or a product file cannot be read
 ├─ SkillError             a skill cannot do what was asked; its sentence is spoken
 ├─ ContemplationError     nobody of a council came to an answer
 ├─ ScenarioError          a scenario's file is wrong, or cannot be played
 ├─ EnrolError             recordings that no wake word can be made of
 ├─ BenchError             an engine to compare with is missing or dies
 ├─ SimulatorError         the simulator was asked for what it cannot do
 └─ ModelError             a model cannot be used
     ├─ ModelMissing       not in the store, and may not or could not be fetched
     ├─ ModelCorrupt       wrong checksum, truncated, not what it claims to be
     └─ DownloadError      no source delivered it; full disk
"""


class EdgeError(Exception):
    """Something the user can act on; `str(error)` is one clear sentence without a traceback."""


class ConfigError(EdgeError):
    """The configuration has a key or a value that is not known."""


class AudioFileError(EdgeError):
    """A recording cannot be read or written."""


class DeviceError(EdgeError):
    """A microphone or speaker cannot be opened, or has gone."""


class TextError(EdgeError):
    """The text given cannot be spoken or answered."""


class ConstraintError(TextError):
    """The form that an answer must have is not well-formed, or no answer can have it."""


class ConstraintUnfinished(ConstraintError):
    """There was no room for more of the answer, and it does not have the form it must have."""


class StorageError(EdgeError):
    """What is to be remembered cannot be read or written."""


class ImportFileError(EdgeError):
    """A file with the wearer's data, or with products, is not what it should be."""


class SkillError(EdgeError):
    """A skill cannot do what it was asked; the sentence is spoken."""


class ContemplationError(EdgeError):
    """Nobody of a council came to an answer."""


class ScenarioError(EdgeError):
    """A scenario that cannot be read or played."""


class EnrolError(EdgeError):
    """No wake word can be made of these recordings."""


class BenchError(EdgeError):
    """A measurement cannot be made."""


class SimulatorError(EdgeError):
    """A page or a program asks the simulator for something that it does not know or allow."""


class ModelError(EdgeError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """A model's file is not in the store and may not be, or could not be, fetched."""


class ModelCorrupt(ModelError):
    """A model's file is damaged, or is not the model it should be."""


class DownloadError(ModelError):
    """No source delivered the model, or there was no room for it."""
