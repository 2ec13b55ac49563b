#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A batch as an array on a real Slurm, which this starts on loopback (Debian: slurm-wlm, munge; as root): configs/slurm/submit
with 4 tasks, one of which is requeued while it works; then the merge, and the merge again by hand. Records, pack and report
have to be those of one process. Skipped (77) where Slurm is not installed or this is not root.

  slurm.py --bin BIN [--photos 100]
"""
import argparse
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TASKS = 4
CONF = """ClusterName=gradphoto
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld_port}
SlurmdPort={d_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={dir}/munge/socket
CryptoType=crypto/munge
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool
SlurmctldPidFile={dir}/ctld.pid
SlurmdPidFile={dir}/d.pid
SlurmctldLogFile={dir}/ctld.log
SlurmdLogFile={dir}/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory={memory_mb} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"slurm: {what}: not within {seconds} s")
        time.sleep(0.2)


class Slurm:
    """munged, slurmctld and slurmd of this test alone: their own key, ports, spool and configuration."""

    def __init__(self, directory):
        self.dir = directory
        for name in ("munge", "state", "spool"):
            (directory / name).mkdir(mode=0o755)
        key = directory / "munge/key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        ctld, d = free_ports(2)
        conf = directory / "slurm.conf"
        conf.write_text(CONF.format(host=socket.gethostname().split(".")[0], dir=directory, ctld_port=ctld, d_port=d,
                                    # Half of the machine's: slurmd refuses to promise more than there is.
                                    memory_mb=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 21))
        self.env = {**os.environ, "SLURM_CONF": str(conf)}
        self.daemons = []
        self.start("munged", "--force", "--foreground", f"--key-file={key}", f"--socket={directory}/munge/socket",
                   f"--pid-file={directory}/munge/pid", f"--log-file={directory}/munge/log", f"--seed-file={directory}/munge/seed")
        wait_for("munged", (directory / "munge/socket").exists, 20)
        self.start("slurmctld", "-D", "-i")
        self.start("slurmd", "-D")
        wait_for("a node that is idle", lambda: "idle" in self.run("sinfo", "-h", "-o", "%t", check=False), 60)

    def start(self, *command):
        with open(self.dir / f"{command[0]}.out", "wb") as out:
            self.daemons.append(subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out))

    def run(self, *command, check=True):
        return subprocess.run(command, env=self.env, cwd=self.dir, check=check, stdout=subprocess.PIPE, text=True,
                              stderr=None if check else subprocess.DEVNULL).stdout

    def states(self, job):
        """By task number ("" of the merge) the state, as long as Slurm knows the job."""
        lines = self.run("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%K %T", check=False).splitlines()
        return dict(line.split(" ", 1) for line in lines)

    def stop(self):
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def make_workload(directory, photos):
    # The others are too small for the standard, and rejected.
    portraits = sorted((SOURCE / "samples/portraits/photos").glob("*.jpg")) + sorted((SOURCE / "samples/photos").rglob("*.jpg"))[:2]
    (directory / "photos").mkdir()
    rows = ["学号,姓名,班级"]
    for i in range(photos):
        number = f"2022{i:04}"
        # No two are one file.
        (directory / f"photos/{number}.jpg").write_bytes(portraits[i % len(portraits)].read_bytes() + number.encode())
        rows.append(f"{number},学生{chr(0x4E00 + i)},{'甲乙丙'[i % 3]}班")
    (directory / "roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for out in ("single", "array"):
        (directory / f"{out}.yaml").write_text(f"roster: roster.csv\nphotos: [photos]\noutput: {out}\nlanguage: zh\n"
                                               "threads: 1\nname_template: \"{student_number}\"\n", encoding="utf-8")


def contents(directory):
    """By name the bytes of all that a batch leaves, with its own directory's name taken out."""
    found = {}
    for file in sorted(directory.rglob("*")):
        name = str(file.relative_to(directory))
        if file.is_file() and not name.startswith("shards/") and not name.endswith(".lock"):
            found[name] = file.read_bytes().replace(str(directory).encode(), b"OUT")
    return found


def compare(single, array):
    one, other = contents(single), contents(array)
    if one.keys() != other.keys():
        sys.exit(f"slurm: other files: {sorted(one.keys() ^ other.keys())[:10]}")
    different = [name for name in one if one[name] != other[name]]
    if different:
        sys.exit(f"slurm: other contents: {different[:10]}")
    for needed in ("batch.ndjson", "report/index.html", "upload/SHA256SUMS"):
        if needed not in one:
            sys.exit(f"slurm: {needed} is missing")


def run_array(slurm, work, program):
    slurm.env["GRADPHOTO_BATCH"] = str(program)
    array, merge = slurm.run(SOURCE / "configs/slurm/submit", work / "array.yaml", str(TASKS), f"--output={work}/%x-%a.out").split()
    journal = work / f"array/shards/2-of-{TASKS}.unfinished.ndjson"
    wait_for("the second task's first records", lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 3, 300)
    slurm.run("scontrol", "requeue", f"{array}_2")
    done = journal.read_bytes().count(b"\n")
    wait_for("the requeued task in the queue", lambda: slurm.states(array).get("2") in ("PENDING", "RUNNING"), 60)
    slurm.run("scontrol", "update", f"JobId={array}_2", "StartTime=now", check=False)
    finished = work / f"array/shards/2-of-{TASKS}.ndjson"
    # Slurm waits two minutes before it starts a requeued job again.
    wait_for("the requeued task", lambda: finished.exists(), 600)
    print(f"slurm: task 2 was requeued after {done} records")
    wait_for("the merge", lambda: set(slurm.states(merge).values()) <= {"COMPLETED"} and
             (work / "array/report/index.html").exists(), 600)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--photos", type=int, default=100)
    options = parser.parse_args()
    missing = [tool for tool in ("munged", "slurmctld", "slurmd", "sbatch") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        print("slurm: skipped:", f"{', '.join(missing)} not installed" if missing else "not root")
        return 77
    program = options.bin.resolve() / "gradphoto-batch"
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        work.chmod(0o755)
        make_workload(work, options.photos)
        code = subprocess.run([program, work / "single.yaml", "-q"], stdout=subprocess.DEVNULL, check=False).returncode
        if code != 1:
            sys.exit(f"slurm: the single run came to {code}; some photos are to be rejected, else exit code 1 is not tried")
        # The tags behind masked numbers go by a key of the output directory.
        (work / "array").mkdir(mode=0o700)
        shutil.copy2(work / "single/mask.key", work / "array/mask.key")
        (work / "slurm").mkdir()
        slurm = Slurm(work / "slurm")
        try:
            run_array(slurm, work, program)
        finally:
            slurm.stop()
        compare(work / "single", work / "array")
        subprocess.run([program, work / "array.yaml", "-q", "--merge"], stdout=subprocess.DEVNULL, check=False)
        compare(work / "single", work / "array")
    print("slurm: records, pack and report as of one process, after the merge and after the second merge")
    return 0


if __name__ == "__main__":
    sys.exit(main())
