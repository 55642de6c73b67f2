#!/usr/bin/env python3
"""receiver.py - a receiver of notifications, shaped like a mail server or one of the HTTP services (standard library only).

  receiver.py KIND --journal FILE --ready FILE [--port N] [--hold FILE]
              [--tls CERT KEY] [--starttls CERT KEY] [--auth USER:PASSWORD]
KIND is smtp, webhook, slack, teams, pagerduty or opsgenie. What was taken is a line of JSON in the journal, on the disk
before it is answered. --ready receives the port. While the file of --hold is there, a message is kept hanging: with
"before" in it, before it is in the journal; with "after", between the journal and the answer; FILE.hit is made then, so
that a test can kill the process in mid-delivery. The file of --journal.status, when there, holds the status to answer
(and a Retry-After behind a blank). The mail address refused@example.test is refused for good (550). Not for: production.
"""
import argparse
import http.server
import json
import os
import socketserver
import ssl
import threading
import time

ARGS = None
LOCK = threading.Lock()


def hold(point):
    """Hangs for ever when the test asked for it here."""
    try:
        with open(ARGS.hold or "", encoding="utf-8") as f:
            wanted = f.read().strip()
    except OSError:
        return
    if wanted == point:
        with open(ARGS.hold + ".hit", "w", encoding="utf-8"):
            pass
        time.sleep(3600)


def keep(entry):
    hold("before")
    with LOCK, open(ARGS.journal, "a", encoding="utf-8") as f:
        f.write(json.dumps(entry) + "\n")
        f.flush()
        os.fsync(f.fileno())
    hold("after")


def wanted_status():
    try:
        with open(ARGS.journal + ".status", encoding="utf-8") as f:
            status, _, after = f.read().strip().partition(" ")
            return int(status), after
    except (OSError, ValueError):
        return None, ""


class Http(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length).decode()
        status, after = wanted_status()
        if status is not None:
            return self.answer(status, "refused by the test", [("retry-after", after)] if after else [])
        keep({"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body})
        if ARGS.kind == "slack":
            return self.answer(200, "ok")
        if ARGS.kind == "teams":
            return self.answer(202, "", [("x-ms-workflow-run-id", "run-1")])
        if ARGS.kind == "pagerduty":
            key = json.loads(body)["dedup_key"]
            return self.answer(202, json.dumps({"status": "success", "message": "Event processed", "dedup_key": key}))
        if ARGS.kind == "opsgenie":
            return self.answer(202, json.dumps({"result": "Request will be processed", "requestId": "req-1"}))
        return self.answer(200, "", [("x-request-id", "wh-1")])

    def answer(self, status, text, headers=()):
        data = text.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Smtp(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())
        self.wfile.flush()

    def handle(self):
        import base64
        secured, user, receivers, sender = ARGS.tls is not None, None, [], ""
        self.say("220 receiver ESMTP")
        while True:
            line = self.rfile.readline().decode(errors="replace").rstrip("\r\n")
            if not line:
                return
            verb = line.split(" ", 1)[0].upper()
            if verb in ("EHLO", "HELO"):
                more = []
                if ARGS.starttls and not secured:
                    more.append("STARTTLS")
                if ARGS.auth and secured:
                    more.append("AUTH PLAIN")
                names = ["receiver"] + more
                for i, name in enumerate(names):
                    self.say("250%s%s" % (" " if i == len(names) - 1 else "-", name))
            elif verb == "STARTTLS" and ARGS.starttls:
                self.say("220 go ahead")
                self.connection = context(ARGS.starttls).wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
                secured = True
            elif verb == "AUTH":
                parts = line.split(" ")
                if len(parts) < 3:
                    self.say("334 ")
                    given = self.rfile.readline().decode().strip()
                else:
                    given = parts[2]
                _, name, word = base64.b64decode(given).decode().split("\0")
                if ARGS.auth == "%s:%s" % (name, word):
                    user = name
                    self.say("235 2.7.0 welcome")
                else:
                    self.say("535 5.7.8 wrong")
            elif verb == "MAIL":
                if ARGS.auth and not user:
                    self.say("530 5.7.0 sign in first")
                    continue
                sender, receivers = line, []
                self.say("250 ok")
            elif verb == "RCPT":
                if "refused@" in line:
                    self.say("550 5.1.1 no such user")
                    continue
                receivers.append(line[line.index("<") + 1 : line.index(">")])
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while True:
                    part = self.rfile.readline()
                    if not part:
                        return
                    part = part.decode(errors="replace").rstrip("\r\n")
                    if part == ".":
                        break
                    lines.append(part[1:] if part.startswith("..") else part)
                status, _ = wanted_status()
                if status is not None:
                    self.say("%d refused by the test" % status)
                    continue
                keep({"from": sender, "to": receivers, "tls": secured, "user": user, "body": "\n".join(lines)})
                self.say("250 2.0.0 kept as %d" % os.getpid())
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


def context(pair):
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(*pair)
    return found


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def get_request(self):
        found, address = self.socket.accept()
        if ARGS.tls:
            found = context(ARGS.tls).wrap_socket(found, server_side=True)
        return found, address

    def handle_error(self, *_):
        pass


def main():
    global ARGS
    ap = argparse.ArgumentParser()
    ap.add_argument("kind", choices=["smtp", "webhook", "slack", "teams", "pagerduty", "opsgenie"])
    ap.add_argument("--journal", required=True)
    ap.add_argument("--ready", required=True)
    ap.add_argument("--port", type=int, default=0)
    ap.add_argument("--hold")
    ap.add_argument("--tls", nargs=2)
    ap.add_argument("--starttls", nargs=2)
    ap.add_argument("--auth")
    ARGS = ap.parse_args()
    with Server(("127.0.0.1", ARGS.port), Smtp if ARGS.kind == "smtp" else Http) as server:
        with open(ARGS.ready + ".part", "w", encoding="utf-8") as f:
            f.write(str(server.server_address[1]))
        os.rename(ARGS.ready + ".part", ARGS.ready)
        server.serve_forever()


if __name__ == "__main__":
    main()
