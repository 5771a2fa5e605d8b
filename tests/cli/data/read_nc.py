"""Reads a NetCDF file in CDF-5 (The NetCDF Classic Format Specification) and sets it against summary.csv and series.csv.

usage: read_nc.py FILE SUMMARY SERIES
"""
import csv
import struct
import sys

SIZE = {2: 1, 4: 4, 6: 8, 10: 8}
CODE = {4: "i", 6: "d", 10: "q"}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 4
        self.n_record = self.number()
        self.int()
        self.dims = [(self.text(), self.number()) for _ in range(self.number())]
        self.attrs = self.attributes()
        self.int()
        self.vars = {}
        entries = [self.variable() for _ in range(self.number())]
        of_records = [v for v in entries if v["dims"] and self.dims[v["dims"][0]][1] == 0]
        self.record_bytes = sum(v["bytes"] for v in of_records)

    def take(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def int(self):
        return struct.unpack(">i", self.take(4))[0]

    def number(self):
        return struct.unpack(">q", self.take(8))[0]

    def text(self):
        n = self.number()
        return self.take((n + 3) // 4 * 4)[:n].decode()

    def attributes(self):
        self.int()
        out = {}
        for _ in range(self.number()):
            name, kind = self.text(), self.int()
            if kind == 2:
                out[name] = self.text()
            else:
                out[name] = [self.number() for _ in range(self.number())]
        return out

    def variable(self):
        v = {"name": self.text(), "dims": [self.number() for _ in range(self.number())]}
        v["attrs"], v["type"], v["bytes"], v["at"] = self.attributes(), self.int(), self.number(), self.number()
        self.vars[v["name"]] = v
        return v

    def slab(self, v, at):
        bytes_ = self.data[at:at + v["bytes"]]
        if v["type"] == 2:
            return bytes_
        n = len(bytes_) // SIZE[v["type"]]
        return struct.unpack(">%d%s" % (n, CODE[v["type"]]), bytes_)

    def fixed(self, name):
        return self.slab(self.vars[name], self.vars[name]["at"])

    def records(self, name):
        v = self.vars[name]
        return [self.slab(v, v["at"] + i * self.record_bytes) for i in range(self.n_record)]

    def labels(self, name):
        width = dict(self.dims)[name + "_length"]
        rows = self.fixed(name)
        n = dict(self.dims)[name]
        return [rows[i * width:(i + 1) * width].rstrip(b"\0").decode() for i in range(n)]


def mean_of(rows, i):
    values = [row[i] for row in rows if row[i] == row[i]]
    return len(values), sum(values) / len(values)


def near(a, b):
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b), 1)


f = Reader(open(sys.argv[1], "rb").read())
policies, (view,) = f.labels("policy"), f.labels("view")
rows = 0
for row in csv.DictReader(open(sys.argv[2])):
    if row["view"] == view:
        n, mean = mean_of(f.records(row["outcome"] + "_measure"), policies.index(row["policy"]))
        assert n == int(row["n"]) and near(mean, float(row["mean"])), row
        rows += 1
print(view, f.n_record, "futures,", rows, "rows of summary.csv")
times, before = f.fixed("time"), f.fixed("time_before")
rows = 0
for row in csv.DictReader(open(sys.argv[3])):
    if row["view"] != view or row["mean"] in ("", "nan"):
        continue
    days = 7 * float(row["time"])
    p = policies.index(row["policy"])
    if days in before:
        n, mean = mean_of(f.records(row["outcome"] + "_before"), before.index(days))
    else:
        n, mean = mean_of(f.records(row["outcome"]), p * len(times) + times.index(days))
    assert n == int(row["n"]) and near(mean, float(row["mean"])), row
    rows += 1
print(rows, "rows of series.csv")
answers = [r[0] for r in f.records("H1")]
held = {a: [r[0] for r, x in zip(f.records("cooling_time"), answers) if x == a] for a in sorted(set(answers))}
print(f.vars["H1"]["attrs"]["flag_meanings"], {a: sorted(set(v)) for a, v in held.items()})
