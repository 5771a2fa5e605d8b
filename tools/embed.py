#!/usr/bin/env python3
"""Turns a file into a C array, byte for byte, for embedding into the program.

    embed.py --name SYMBOL IN OUT   writes SYMBOL[] (NUL after the last byte) and SYMBOL_size
    embed.py --list FOLDER          prints the files a web bundle is made of, for the build's
                                    dependencies (sources, lock file, settings)

The output holds no date and no path: the same input gives the same bytes.
"""
import argparse
import pathlib


def c_array(name: str, data: bytes) -> str:
    rows = []
    for i in range(0, len(data) + 1, 20):
        rows.append(",".join(str(b if b < 128 else b - 256) for b in (data + b"\0")[i:i + 20]))
    return (
        "/* Made by tools/embed.py; do not edit. */\n"
        "#include <stddef.h>\n"
        f"extern const char {name}[];\n"
        f"extern const size_t {name}_size;\n"
        f"const char {name}[] = {{\n" + ",\n".join(rows) + "\n};\n"
        f"const size_t {name}_size = {len(data)};\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    parser.add_argument("--list", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    if args.list:
        found = sorted(p for p in (args.list / "src").rglob("*") if p.is_file())
        found += [args.list / n for n in ("package.json", "package-lock.json", "tsconfig.json")]
        print("\n".join(str(p) for p in found))
        return
    if not args.name or len(args.files) != 2:
        parser.error("needs --name SYMBOL IN OUT")
    source, target = args.files
    target.write_text(c_array(args.name, source.read_bytes()), encoding="ascii")


if __name__ == "__main__":
    main()
