"""Sparse logistic regression by tools/logistic.c; calibration."""
import math
import subprocess


class Logistic:
    """Rows are lists of (index, value)."""

    program = "build/logistic"

    def __init__(self, n, l2=0.02, rate=0.005, epochs=10):
        self.w = [0.0] * n
        self.l2, self.rate, self.epochs = l2, rate, epochs

    def score(self, row):
        w = self.w
        return sum(w[i] * v for i, v in row)

    def fit(self, rows, labels, weights=None):
        lines = ["%d %d %r %r %d" % (len(self.w), len(rows), self.l2, self.rate, self.epochs)]
        for row, y, weight in zip(rows, map(float, labels), map(float, weights or [1.0] * len(rows))):
            lines.append("%r %r %d %s" % (y, weight, len(row), " ".join("%d:%r" % item for item in row)))
        done = subprocess.run([self.program], input="\n".join(lines) + "\n", stdout=subprocess.PIPE,
                              check=True, text=True)
        self.w = [float(x) for x in done.stdout.split()]
        return self


def platt(scores, labels):
    """Scale and shift that make scores log odds (Newton steps on the logistic loss)."""
    a, b = 1.0, 0.0
    for _ in range(60):
        ga = gb = haa = hab = hbb = 0.0
        for s, y in zip(scores, labels):
            z = max(-30.0, min(30.0, a * s + b))
            p = 1 / (1 + math.exp(-z))
            d, h = p - y, p * (1 - p)
            ga += d * s
            gb += d
            haa += h * s * s
            hab += h * s
            hbb += h
        haa += 1e-6
        hbb += 1e-6
        det = haa * hbb - hab * hab
        if abs(det) < 1e-12:
            break
        a -= (hbb * ga - hab * gb) / det
        b -= (haa * gb - hab * ga) / det
    return a, b


def calibration_error(probabilities, labels, bins=10):
    """Expected calibration error over equally wide bins."""
    total = 0.0
    for k in range(bins):
        inside = [(p, y) for p, y in zip(probabilities, labels)
                  if k / bins <= p < (k + 1) / bins or (k == bins - 1 and p == 1)]
        if inside:
            total += abs(sum(p for p, _ in inside) - sum(y for _, y in inside))
    return total / max(1, len(labels))
