"""Actions on the audio files of the unit."""

from pathlib import Path
import shutil
from typing import Any

import pytest
import voluptuous as vol

from homeassistant.exceptions import HomeAssistantError
from tests import sounds
from tests.conftest import Later
from tests.emulators.strobe.files import wav
from tests.emulators.strobe.routes import UPLOAD, URL_ALARM
from tests.home import Home, refused
from tests.talker import serving

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="needs the program ffmpeg"
)
CUSTOMER = "Welcome & Hello.wav"


def names_in(folder: Path) -> list[str]:
    """Return the names of all files in a folder."""
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture
def folder(home: Home, tmp_path: Path) -> Path:
    """Return a folder that Home Assistant may use."""
    home.hass.config.allowlist_external_dirs = {str(tmp_path)}
    return tmp_path


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        pytest.param({}, {"cyclemode": "0", "volume": "80"}, id="once"),
        pytest.param({"volume": 25}, {"volume": "25"}, id="volume"),
        pytest.param(
            {"repeat": "times", "times": 3, "interval": 2},
            {"cyclemode": "1", "playtimes": "3", "interval": "2"},
            id="times",
        ),
        pytest.param({"times": 2}, {"cyclemode": "1", "playtimes": "2"}, id="twice"),
        pytest.param({"repeat": "endless"}, {"cyclemode": "2"}, id="endless"),
    ],
)
async def test_play(home: Home, data: dict[str, Any], sent: dict[str, str]) -> None:
    """Each field arrives at the unit; the player shows what plays."""
    home.strobe.forget()
    await home.audio("play", file=CUSTOMER, **data)

    (request,) = home.strobe.requests_to(URL_ALARM)
    assert {"playfile": CUSTOMER, **sent}.items() <= request.query.items()
    assert home.state("media_player", "speaker").attributes["source"] == CUSTOMER


async def test_play_ends_after_all_plays(later: Later, home: Home) -> None:
    """Three times a second, two seconds apart: seven seconds."""
    await home.audio("play", file="Doorbell.wav", times=3, interval=2)
    await later(6)
    assert home.value("media_player", "speaker") == "playing"
    await later(3)

    assert home.value("media_player", "speaker") == "idle"
    assert home.strobe.outputs.sound is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"file": CUSTOMER, "volume": 101},
        {"file": CUSTOMER, "repeat": "twice"},
        {"file": CUSTOMER, "times": 0},
        {"file": CUSTOMER, "interval": -1},
        {"file": CUSTOMER, "speed": 2},
    ],
    ids=["no_file", "volume", "repeat", "times", "interval", "unknown"],
)
async def test_play_wrong_input(home: Home, data: dict[str, Any]) -> None:
    """Wrong input is refused before anything is sent."""
    home.strobe.forget()
    with pytest.raises(vol.Invalid):
        await home.audio("play", **data)

    assert home.strobe.requests == []


async def test_play_unknown_file(home: Home) -> None:
    """A file that is not there is named; nothing sounds."""
    with refused("file_not_found"):
        await home.audio("play", file="No.wav")

    assert not home.strobe.requests_to(URL_ALARM)


async def test_play_while_the_siren_sounds(home: Home) -> None:
    """The siren wins."""
    await home.act("siren", "siren", "turn_on")
    with refused("speaker_busy"):
        await home.audio("play", file=CUSTOMER)


async def test_list(home: Home) -> None:
    """Names and kinds, read anew."""
    home.strobe.files.add("Late.wav", wav(1.0))
    answer = await home.audio("list")

    assert answer == {
        "files": [
            {"name": "You are not Alone.wav", "kind": "system"},
            {"name": "Siren.wav", "kind": "system"},
            {"name": "Doorbell.wav", "kind": "system"},
            {"name": CUSTOMER, "kind": "customer"},
            {"name": "Late.wav", "kind": "customer"},
        ]
    }


@needs_ffmpeg
@pytest.mark.parametrize(
    ("source", "name", "stored"),
    [
        ("gate.mp3", {}, "gate.wav"),
        ("gate.mp3", {"name": "Front gate"}, "Front gate.wav"),
        ("gate.mp3", {"name": "Front gate.mp3"}, "Front gate.wav"),
        ("gate.mp3", {"name": "../../etc/passwd"}, "passwd.wav"),
        ("gate.mp3", {"name": "c:\\sounds\\a.b.wav"}, "a.b.wav"),
        ("gate.mp3", {"name": "Tür & <Tor> 100%.wav"}, "Tür & <Tor> 100%.wav"),
        ("gate.mp3", {"name": "."}, "clip.wav"),
        ("gate.mp3", {"name": "x" * 200}, "x" * 56 + ".wav"),
        ("größe 1+1.mp3", {}, "größe 1+1.wav"),
    ],
    ids=[
        "own_name",
        "given",
        "other_ending",
        "folders",
        "backslashes",
        "odd",
        "dot",
        "long",
        "odd_source",
    ],
)
async def test_upload_path(
    home: Home, folder: Path, source: str, name: dict[str, str], stored: str
) -> None:
    """A file of this computer, converted, under a name that the unit can hold."""
    (folder / source).write_bytes(sounds.make(1.0, form="mp3"))
    answer = await home.audio("upload", path=str(folder / source), **name)

    content = home.strobe.files.need(stored).content
    assert answer == {"name": stored, "bytes": len(content)}
    form, seconds = sounds.read_wav(content)
    assert form == (1, 2, 8000)
    assert seconds == pytest.approx(1.0, rel=0.05)
    source_list = home.state("media_player", "speaker").attributes["source_list"]
    assert stored in source_list


@needs_ffmpeg
@pytest.mark.parametrize("form", ["text", "chosen"])
async def test_upload_media(home: Home, form: str) -> None:
    """Audio behind an address, written or chosen in the dialog; its name is made."""
    async with serving() as server:
        url = str(server.make_url("/tone.mp3"))
        chosen = {"media_content_id": url, "media_content_type": "audio/mpeg"}
        media = {"text": url, "chosen": chosen}[form]
        answer = await home.audio("upload", media=media)

    stored = home.strobe.files.need(answer["name"]).content
    assert answer["name"].startswith("ha_")
    assert sounds.read_wav(stored)[1] == pytest.approx(2.0, rel=0.05)


@needs_ffmpeg
async def test_upload_replaces(home: Home, folder: Path) -> None:
    """The same name again is the new sound."""
    for seconds in (1.0, 2.0):
        (folder / "a.wav").write_bytes(sounds.make(seconds))
        await home.audio("upload", path=str(folder / "a.wav"))

    content = home.strobe.files.need("a.wav").content
    assert sounds.read_wav(content)[1] == pytest.approx(2.0, rel=0.05)
    assert home.strobe.files.names.count("a.wav") == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "a.wav"},
        {"path": "/media/a.wav", "media": "http://127.0.0.1/a.wav"},
        {"media": {}},
        {"media": {"media_content_type": "music"}},
        {"media": 7.5, "speed": 1},
    ],
    ids=["nothing", "name_only", "both", "empty_media", "media_without_id", "unknown"],
)
async def test_upload_wrong_input(home: Home, data: dict[str, Any]) -> None:
    """Exactly one source is needed."""
    home.strobe.forget()
    with pytest.raises(vol.Invalid):
        await home.audio("upload", **data)

    assert home.strobe.requests == []


@pytest.mark.parametrize(
    ("path", "key", "kind"),
    [
        ("/etc/hostname", "path_not_allowed", None),
        ("{folder}/../x.wav", "path_not_allowed", None),
        ("{folder}/none.wav", "media_not_found", HomeAssistantError),
        ("{folder}", "media_not_found", HomeAssistantError),
    ],
    ids=["outside", "around", "missing", "folder"],
)
async def test_upload_wrong_path(
    home: Home, folder: Path, path: str, key: str, kind: type[HomeAssistantError] | None
) -> None:
    """Only files in allowed folders; nothing is sent for the others."""
    home.strobe.forget()
    kinds = () if kind is None else (kind,)
    with refused(key, *kinds):
        await home.audio("upload", path=path.format(folder=folder))

    assert home.strobe.requests == []


@needs_ffmpeg
async def test_upload_to_a_full_unit(home: Home, folder: Path) -> None:
    """Fifty files are all it holds."""
    for number in range(46):
        home.strobe.files.add(f"{number}.wav", wav(0.1))
    (folder / "a.wav").write_bytes(sounds.make(1.0))
    with refused("files_full"):
        await home.audio("upload", path=str(folder / "a.wav"))

    assert not home.strobe.requests_to(UPLOAD)


async def test_delete(home: Home) -> None:
    """A file of the customer goes, from the unit and from the lists."""
    await home.audio("delete", file=CUSTOMER)

    assert CUSTOMER not in home.strobe.files.names
    attributes = home.state("media_player", "speaker").attributes
    assert CUSTOMER not in attributes["source_list"]


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("Siren.wav", "file_protected"),
        ("No.wav", "file_not_found"),
        ("Used.wav", "file_in_use"),
    ],
)
async def test_delete_refused(later: Later, home: Home, file: str, key: str) -> None:
    """Files of the unit, of a schedule, or of nobody."""
    home.strobe.files.add("Used.wav", wav(1.0))
    home.set_field("/ISAPI/LED/IdleScheduleConfig", "PlayFile", "Used.wav", 2)
    await later(301)
    with refused(key):
        await home.audio("delete", file=file)

    assert "Used.wav" in home.strobe.files.names


async def test_download(home: Home, folder: Path) -> None:
    """The bytes as they are on the unit, and nothing half."""
    target = folder / "copy.wav"
    answer = await home.audio("download", file=CUSTOMER, path=str(target))

    content = home.strobe.files.need(CUSTOMER).content
    assert target.read_bytes() == content
    assert answer == {"path": str(target), "bytes": len(content)}
    assert names_in(folder) == ["copy.wav"]


@pytest.mark.parametrize(
    ("file", "path", "key"),
    [
        (CUSTOMER, "/etc/copy.wav", "path_not_allowed"),
        (CUSTOMER, "{folder}/none/copy.wav", "path_not_writable"),
        ("No.wav", "{folder}/copy.wav", "file_not_found"),
    ],
    ids=["outside", "no_folder", "no_file"],
)
async def test_download_refused(
    home: Home, folder: Path, file: str, path: str, key: str
) -> None:
    """Nothing is written where nothing may be."""
    with refused(key):
        await home.audio("download", file=file, path=path.format(folder=folder))

    assert names_in(folder) == []


@pytest.mark.parametrize("action", ["delete", "download"])
async def test_file_is_required(home: Home, action: str) -> None:
    """An action on a file needs its name."""
    with pytest.raises(vol.Invalid):
        await home.audio(action)
