#!/usr/bin/env python3
"""Make src/num/sobol_numbers.h from the tables of Joe and Kuo.

usage: tools/sobol_numbers.py new-joe-kuo-6.21201 > src/num/sobol_numbers.h
       tools/sobol_numbers.py sobol_table.hpp > src/num/sobol_numbers.h

The first is the file that the authors publish (lines `d s a m_1 ... m_s`); the second is how Boost's random library
(libboost-dev) carries the same numbers: polynomials with all their coefficients, rows of initial numbers that
end with zeros.
"""
import re
import sys

N_DIM = 1000
TEXT = """/* Made by tools/sobol_numbers.py. Primitive polynomials modulo 2 and initial direction numbers of
 * Sobol' sequences: S. Joe, F. Y. Kuo, Constructing Sobol sequences with better two-dimensional projections, SIAM J. Sci.
 * Comput. 30, 2635-2654, 2008 (their table for property A in six dimensions, first %d dimensions).
 *
 * For dimension d from 1 on (dimension 0 is van der Corput's sequence and needs none): the polynomial's
 * coefficients as bits, then as many initial numbers as its degree. */"""


def from_boost(text):
    lists = re.findall(r"\[[^\]]*\]\s*=\s*\{([^;]*)\};", text)
    numbers = [[int(x) for x in re.findall(r"\d+", body)] for body in lists]
    polynomials, initial = numbers[0], numbers[1]
    width = len(initial) // len(polynomials)
    return [(p, initial[i * width:i * width + p.bit_length() - 1]) for i, p in enumerate(polynomials)]


def from_file(text):
    rows = [[int(x) for x in line.split()] for line in text.splitlines()[1:]]
    return [(1 << s | a << 1 | 1, m) for _, s, a, *m in rows]


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    rows = (from_file(text) if text.lstrip().startswith("d ") else from_boost(text))[:N_DIM - 1]
    assert all(len(m) == p.bit_length() - 1 for p, m in rows)
    assert all(v % 2 == 1 and v < 2 << i for _, m in rows for i, v in enumerate(m))
    numbers = [str(v) for p, m in rows for v in (p, *m)]
    print(TEXT % N_DIM)
    print("#ifndef DTN_NUM_SOBOL_NUMBERS_H\n#define DTN_NUM_SOBOL_NUMBERS_H\n\n#include <stdint.h>\n")
    print(f"#define DTN_SOBOL_DIMS {N_DIM}\n\n/* clang-format off */")
    print("static const uint16_t sobol_numbers[] = {")
    line = "   "
    for v in numbers:
        if len(line) + len(v) + 2 > 118:
            print(line)
            line = "   "
        line += " " + v + ","
    print(line + "\n};\n/* clang-format on */\n\n#endif")


main()
