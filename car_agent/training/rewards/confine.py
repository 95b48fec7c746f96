"""Gives up what a reward function has no need of: memory, files, processes, the network.

Runs inside the child process before the driver's code does, and by the standard library alone:
the sandbox shows the child nothing else of Paddock. Bubblewrap hides files and networks; this
bounds what is left, and is all there is for a file that its owner trusts.
"""

import ctypes
import platform
import resource
import signal
import struct

_OPEN_FILES = 64

# From Linux' uapi: linux/prctl.h, linux/seccomp.h, linux/bpf_common.h.
_END_WITH_PARENT, _NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 1, 38, 22, 2
_LOAD, _EQUALS, _ANSWER = 0x20, 0x15, 0x06
_ALLOW, _REFUSE_EPERM = 0x7FFF0000, 0x00050001
_NUMBER_AT, _MACHINE_AT = 0, 4
#: A further number space of x86-64 begins here.
_X32 = 0x40000000
_AT_LEAST = 0x35

#: Per machine its audit number, and the calls by which a process starts another one or talks to
#: one: clone, fork, vfork, execve, clone3, execveat, socket, socketpair, ptrace,
#: process_vm_readv, process_vm_writev, io_uring_setup, unshare, setns, mount, bpf, keyctl. Then
#: shmget, semget, msgget, whose memory belongs to no process and so counts against no limit.
_REFUSED = {
    "x86_64": (
        0xC000003E,
        (
            *(56, 57, 58, 59, 435, 322, 41, 53, 101, 310, 311, 425, 272, 308, 165, 321, 250),
            *(29, 64, 68),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(220, 221, 435, 281, 198, 199, 117, 270, 271, 425, 97, 268, 40, 280, 219),
            *(194, 190, 186),
        ),
    ),
}


def limit(memory_bytes: int, cpu_s: int) -> None:
    """Bound memory and processor time; allow no files to grow and no processes to start."""
    for which, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))


def refuse_calls() -> None:
    """Have the kernel refuse calls that start processes or open sockets, and end with the parent.

    RLIMIT_NPROC doesn't bind root. Raises OSError where the kernel takes no filter; on a machine
    whose numbers aren't known here nothing is done.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if platform.machine() not in _REFUSED:
        return
    program = _program(*_REFUSED[platform.machine()])

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    steps = ctypes.create_string_buffer(b"".join(program))
    whole = Program(len(program), ctypes.addressof(steps))
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _SET_SECCOMP, _FILTER, ctypes.byref(whole), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


def _program(machine: int, refused: tuple[int, ...]) -> list[bytes]:
    """Return the filter: refuse other machines' calls and those listed, allow the rest."""

    def step(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    program = [
        step(_LOAD, 0, 0, _MACHINE_AT),
        step(_EQUALS, 1, 0, machine),
        step(_ANSWER, 0, 0, _REFUSE_EPERM),
        step(_LOAD, 0, 0, _NUMBER_AT),
        step(_AT_LEAST, 0, 1, _X32),
        step(_ANSWER, 0, 0, _REFUSE_EPERM),
    ]
    for number in refused:
        program += [step(_EQUALS, 0, 1, number), step(_ANSWER, 0, 0, _REFUSE_EPERM)]
    return [*program, step(_ANSWER, 0, 0, _ALLOW)]
