"""Python's smtplib as a subject: speaks with the bench as subjects/main.ts does."""

import json
import re
import smtplib
import ssl
import sys
import time

mailing = json.loads(sys.argv[1])
header = b"From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: A sample\r\n\r\n"
line = b"The quick brown fox jumps over the lazy dog, and it does so again, and again\r\n"
octets = mailing["octets"]
message = (header + line * (octets // len(line) + 1))[: octets - 2] + b"\r\n"
recipients = [f"bob{i}@example.net" for i in range(mailing["recipients"])]


def peak_memory():
    with open("/proc/self/status") as status:
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.M)[1]) * 1024


def forget_peak_memory():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def say(answer):
    print(json.dumps(answer), flush=True)


if mailing["tls"]:
    context = ssl.create_default_context(cadata=mailing["authority"])
    client = smtplib.SMTP_SSL("127.0.0.1", mailing["port"], context=context)
else:
    client = smtplib.SMTP("127.0.0.1", mailing["port"])
client.ehlo("client.example")
say({})
for asked in sys.stdin:
    forget_peak_memory()
    cpu, begun = time.process_time(), time.perf_counter()
    for _ in range(int(asked)):
        if client.sendmail("ann@example.org", recipients, message):
            raise SystemExit("not all were accepted")
    say({
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - cpu,
        "peakMemory": peak_memory(),
    })
client.quit()
