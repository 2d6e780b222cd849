"""What bringing in a long Apple Health export costs: tools/measure_health_import.py [MEGABYTES]

Writes an export of so many megabytes (1000), with the kinds of records that years of a watch leave,
imports it by `edge health import` in a process of its own, and prints time, memory and size.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
KINDS = (
    ("HKQuantityTypeIdentifierHeartRate", "count/min", 58, 110, 0.42),
    ("HKQuantityTypeIdentifierActiveEnergyBurned", "kcal", 0, 4, 0.27),
    ("HKQuantityTypeIdentifierBasalEnergyBurned", "kcal", 1, 2, 0.15),
    ("HKQuantityTypeIdentifierStepCount", "count", 5, 140, 0.08),
    ("HKQuantityTypeIdentifierDistanceWalkingRunning", "km", 0, 1, 0.07),
    ("HKQuantityTypeIdentifierOxygenSaturation", "%", 0.94, 1, 0.01),
)
rng = np.random.default_rng(0)
with tempfile.TemporaryDirectory() as folder:
    export = Path(folder) / "export.xml"
    moment, written = datetime(2016, 1, 1, tzinfo=UTC), 0
    shares = np.array([kind[4] for kind in KINDS])
    with export.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n')
        while written < megabytes << 20:
            lines = []
            for which in rng.choice(len(KINDS), 2000, p=shares / shares.sum()):
                name, unit, low, high, _ = KINDS[which]
                moment += timedelta(seconds=60)
                at = f"{moment:%Y-%m-%d %H:%M:%S} +0000"
                lines.append(
                    f' <Record type="{name}" sourceName="Watch" sourceVersion="9.1" device="&lt;'
                    f'&lt;HKDevice: 0x28&gt;, name:Watch, manufacturer:A, model:Watch&gt;" unit="'
                    f'{unit}" creationDate="{at}" startDate="{at}" endDate="{at}"'
                    f' value="{rng.uniform(low, high):.4f}"/>\n'
                )
            text = "".join(lines)
            file.write(text)
            written += len(text)
        file.write("</HealthData>\n")
    memory = Path(folder) / "memory.sqlite"
    environment = {**os.environ, "EDGE_MEMORY_PATH": str(memory)}
    command = [sys.executable, "-m", "edge", "health", "import", str(export), "--json"]
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps(json.loads(done.stdout)))
    print(f"{export.stat().st_size / 1e6:.0f} MB, {seconds:.0f} s, at most {peak:.0f} MB of memory")
    print(f"the memory's file: {memory.stat().st_size / 1e6:.0f} MB")
