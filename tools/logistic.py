"""Sparse logistic regression by AdaGrad with averaged weights, in plain Python: the same weights on
every machine."""
import math


class Logistic:
    """Rows are lists of (index, value). L2 on every weight; order of rows fixed by a generator
    of its own, so that nothing depends on Python's random module."""

    def __init__(self, n, l2=0.02, rate=0.005, epochs=10):
        self.w = [0.0] * n
        self.l2, self.rate, self.epochs = l2, rate, epochs

    def score(self, row):
        w = self.w
        return sum(w[i] * v for i, v in row)

    def fit(self, rows, labels, weights=None):
        w, g2, total = self.w, [1e-8] * len(self.w), [0.0] * len(self.w)
        n, state = len(rows), 12345
        order = list(range(n))
        for epoch in range(self.epochs):
            for k in range(n - 1, 0, -1):
                state = (state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
                j = (state >> 33) % (k + 1)
                order[k], order[j] = order[j], order[k]
            for r in order:
                row = rows[r]
                s = sum(w[i] * v for i, v in row)
                p = 1 / (1 + math.exp(-s)) if s > -30 else 0.0
                d = p - labels[r]
                if weights:
                    d *= weights[r]
                for i, v in row:
                    g = d * v + self.l2 * w[i]
                    g2[i] += g * g
                    w[i] -= self.rate * g / math.sqrt(g2[i])
            for i, x in enumerate(w):
                total[i] += x
        self.w = [x / self.epochs for x in total]
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
