/* Sheets as files: .xls, .xlsx and delimited text by their first bytes, as data read from them. */
#include "fuzz.h"

#include "fuzz_book.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_write("book.xls", data, size);
    fuzz_use_book(fuzz_path("book.xls"));
    return 0;
}
