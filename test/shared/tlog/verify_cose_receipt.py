"""Verifies a receipt of inclusion from the specifications alone: CBOR (RFC 8949, deterministic form only), COSE_Sign1 (RFC 9052),
COSE Receipts (RFC 9942, RFC9162_SHA256). Usage: verify_cose_receipt.py <receipt> <file of the statement> <vkey of the log>
The entry is the SHA-256 of the statement. Prints a line for each claim; the first one that is wrong ends it with exit code 1.
Shares no code with verify_tlog.py, so that each can be checked by itself."""
import base64, hashlib, pathlib, subprocess, sys, tempfile

data, statement, vkey = pathlib.Path(sys.argv[1]).read_bytes(), pathlib.Path(sys.argv[2]).read_bytes(), sys.argv[3]


def sha(data):
    return hashlib.sha256(data).digest()


def claim(text, holds):
    print(("ok: " if holds else "WRONG: ") + text)
    if not holds:
        sys.exit(1)


def head(data, at):
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return major, short, at + 1
    assert short < 28, "indefinite length"
    end = at + 1 + (1 << short - 24)
    number = int.from_bytes(data[at + 1 : end], "big")
    assert len(data) >= end and number >= (24 if short == 24 else 1 << 4 * (1 << short - 24)), "not the shortest head"
    return major, number, end


def item(data, at=0):
    if data[at] == 0xF6:
        return None, at + 1
    major, number, at = head(data, at)
    if major in (0, 1):
        return (number if major == 0 else -1 - number), at
    if major in (2, 3):
        raw = data[at : at + number]
        assert len(raw) == number, "cut off"
        return (raw if major == 2 else raw.decode()), at + number
    if major == 4:
        values = []
        for _ in range(number):
            value, at = item(data, at)
            values.append(value)
        return values, at
    if major == 5:
        pairs, before = {}, b""
        for _ in range(number):
            start = at
            key, at = item(data, at)
            assert data[start:at] > before, "keys out of order or twice"
            before = data[start:at]
            pairs[key], at = item(data, at)
        return pairs, at
    assert major == 6, "a type that no receipt has"
    value, at = item(data, at)
    return ("tag", number, value), at


def whole(data):
    value, end = item(data)
    assert end == len(data), "bytes behind the end"
    return value


def bstr(data):
    size = len(data)
    return (bytes([0x40 + size]) if size < 24 else b"\x58" + bytes([size]) if size < 256 else b"\x59" + size.to_bytes(2, "big")) + data


def ed25519(public, message, signature):
    with tempfile.TemporaryDirectory() as place:
        key, signed, sig = (pathlib.Path(place) / name for name in ("key", "signed", "sig"))
        key.write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
        signed.write_bytes(message)
        sig.write_bytes(signature)
        words = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin", "-in", signed, "-sigfile", sig]
        return subprocess.run(words, capture_output=True).returncode == 0


def root_from(entry, size, index, path):
    if index >= size:
        return None
    node, last, hash = index, size - 1, sha(b"\x00" + entry)
    for sibling in path:
        if last == 0:
            return None
        if node % 2 or node == last:
            hash = sha(b"\x01" + sibling + hash)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            hash = sha(b"\x01" + hash + sibling)
        node, last = node >> 1, last >> 1
    return hash if last == 0 else None


name, key_id, encoded = vkey.split("+", 2)
key = base64.b64decode(encoded)
try:
    tag, number, (protected, unprotected, payload, signature) = whole(data)
    header = whole(protected)
    (proof,) = unprotected[396][-1]
    size, index, path = whole(proof)
    form = (tag, number, payload, list(unprotected), list(unprotected[396])) == ("tag", 18, None, [396], [-1])
except Exception:
    form = False
claim("it is a COSE_Sign1 with a detached payload and one inclusion proof", form)
claim("it is signed with EdDSA over a tree of RFC9162_SHA256", (header[1], header[395]) == (-8, 1))
claim("it names the key of the log", key[0] == 1 and header[4] == f"{name}+{key_id}".encode())
root = root_from(sha(statement), size, index, path)
claim("the proof leads from the entry to a root", root is not None)
signed = b"\x84\x6aSignature1" + bstr(protected) + b"\x40" + bstr(root)
claim("the log signed this root", ed25519(key[1:], signed, signature))
