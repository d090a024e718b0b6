"""A console of Windows's without a window: what is shown on it is read, and keys are pressed."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import wintypes
from threading import Thread
from typing import Any

_KERNEL: Any = None
if sys.platform == "win32":
    _KERNEL = ctypes.WinDLL("kernel32")
# In the console: a program whose streams are it, whatever those of the tests are.
_INSIDE = """
import subprocess, sys
with open("CONIN$", "rb", 0) as keys, open("CONOUT$", "wb", 0) as screen:
    done = subprocess.run(sys.argv[1:], stdin=keys, stdout=screen, stderr=screen)
sys.exit(done.returncode)
"""
# Nobody waits for so long but for what never comes.
_SECONDS = 240.0


class Console:
    """What stands between a program and the tests; *exit_code* is None until it has ended."""

    def __init__(self, press: Callable[[bytes], None], exit_code: Callable[[], int | None]) -> None:
        self.press, self._exit_code = press, exit_code
        self.seen = b""

    def shows(self, text: str) -> bool:
        """Wait until *text* is on the screen, however it is wrapped; False if it never is."""
        end = time.monotonic() + _SECONDS
        while text.encode() not in self.seen:
            if time.monotonic() > end or self._exit_code() is not None:
                time.sleep(0.5)  # what was shown last is under way
                return text.encode() in self.seen
            time.sleep(0.02)
        return True

    def wait(self) -> int | None:
        """Wait for the program's end, and return its exit code."""
        end = time.monotonic() + _SECONDS
        while (code := self._exit_code()) is None and time.monotonic() < end:
            time.sleep(0.02)
        return code


_PSEUDO_CONSOLE = 0x20016  # PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE
_EXTENDED, _UNICODE = 0x80000, 0x400  # creation flags
_USE_HANDLES, _STILL_ACTIVE = 0x100, 259


class _Size(ctypes.Structure):
    _fields_ = (("columns", ctypes.c_short), ("lines", ctypes.c_short))


class _Startup(ctypes.Structure):  # STARTUPINFOEXW
    _fields_ = (
        ("size", wintypes.DWORD),
        ("names", ctypes.c_void_p * 3),
        ("numbers", wintypes.DWORD * 7),
        ("flags", wintypes.DWORD),
        ("show", wintypes.WORD * 2),
        ("reserved", ctypes.c_void_p),
        ("handles", wintypes.HANDLE * 3),  # none: those of the tests are not the console's
        ("attributes", ctypes.c_void_p),
    )


class _Process(ctypes.Structure):
    _fields_ = (
        ("process", wintypes.HANDLE),
        ("thread", wintypes.HANDLE),
        ("ids", wintypes.DWORD * 2),
    )


@contextmanager
def console(argv: list[str], environ: Mapping[str, str], columns: int = 100) -> Iterator[Console]:
    """Run *argv* in a console of 40 lines, which ends with the block."""
    (keys_out, keys_in), (screen_out, screen_in) = _pipe(), _pipe()
    handle = ctypes.c_void_p()
    _KERNEL.CreatePseudoConsole.argtypes = [
        *(_Size, wintypes.HANDLE, wintypes.HANDLE, wintypes.DWORD, ctypes.c_void_p)
    ]
    failed = _KERNEL.CreatePseudoConsole(
        _Size(columns, 40), keys_out, screen_in, 0, ctypes.byref(handle)
    )
    assert not failed
    process = _start([sys.executable, "-c", _INSIDE, *argv], environ, handle)

    def press(keys: bytes) -> None:
        written = wintypes.DWORD()
        assert _KERNEL.WriteFile(keys_in, keys, len(keys), ctypes.byref(written), None)

    def exit_code() -> int | None:
        code = wintypes.DWORD()
        assert _KERNEL.GetExitCodeProcess(process.process, ctypes.byref(code))
        return None if code.value == _STILL_ACTIVE else code.value

    it = Console(press, exit_code)
    Thread(target=_watch, args=[screen_out, it], daemon=True).start()
    try:
        yield it
    finally:
        _KERNEL.TerminateProcess(process.process, 1)
        _KERNEL.ClosePseudoConsole(handle)


def _pipe() -> tuple[wintypes.HANDLE, wintypes.HANDLE]:
    ends = wintypes.HANDLE(), wintypes.HANDLE()
    assert _KERNEL.CreatePipe(ctypes.byref(ends[0]), ctypes.byref(ends[1]), None, 0)
    return ends


def _start(argv: list[str], environ: Mapping[str, str], handle: ctypes.c_void_p) -> _Process:
    size = ctypes.c_size_t()
    _KERNEL.InitializeProcThreadAttributeList(None, 1, 0, ctypes.byref(size))
    attributes = ctypes.create_string_buffer(size.value)
    assert _KERNEL.InitializeProcThreadAttributeList(attributes, 1, 0, ctypes.byref(size))
    update = _KERNEL.UpdateProcThreadAttribute
    update.argtypes = [
        *(ctypes.c_void_p, wintypes.DWORD, ctypes.c_size_t, ctypes.c_void_p),
        *(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p),
    ]
    assert update(attributes, 0, _PSEUDO_CONSOLE, handle, ctypes.sizeof(handle), None, None)
    startup, process = _Startup(), _Process()
    startup.size, startup.flags = ctypes.sizeof(startup), _USE_HANDLES
    startup.attributes = ctypes.addressof(attributes)
    command = ctypes.create_unicode_buffer(subprocess.list2cmdline(argv))
    block = "".join(f"{name}={value}\0" for name, value in sorted(environ.items())) + "\0"
    made = _KERNEL.CreateProcessW(
        *(None, command, None, None, False, _EXTENDED | _UNICODE),
        *(ctypes.create_unicode_buffer(block), os.fspath(os.getcwd())),  # noqa: PTH109
        *(ctypes.byref(startup), ctypes.byref(process)),
    )
    assert made
    return process


def _watch(screen: wintypes.HANDLE, it: Console) -> None:
    piece, length = ctypes.create_string_buffer(4096), wintypes.DWORD()
    while _KERNEL.ReadFile(screen, piece, 4096, ctypes.byref(length), None) and length.value:
        it.seen += piece.raw[: length.value]
