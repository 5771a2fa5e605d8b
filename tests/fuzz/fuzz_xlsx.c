/* The parts inside of an .xlsx: the input is up to four XML texts, apart by lines of "----": a
 * sheet, the workbook, its relationships, the shared texts. A missing or empty one is a plain
 * default. They are zipped here, for a fuzzer seldom gets a zip right. */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "fuzz_book.h"

#define N_PART 4

static const struct {
    const char *name, *usual;
} parts[N_PART] = {
    {"xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"},
    {"xl/workbook.xml",
     "<workbook xmlns:r='r'><sheets><sheet name='One' r:id='a'/></sheets><definedNames>"
     "<definedName name='Block'>One!$A$1:$B$2</definedName></definedNames></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships><Relationship Id='a' Type='x/worksheet' Target='worksheets/sheet1.xml'/>"
     "<Relationship Id='b' Type='x/sharedStrings' Target='sharedStrings.xml'/></Relationships>"},
    {"xl/sharedStrings.xml", "<sst><si><t>one</t></si><si><t>two</t></si></sst>"}};

static void add_part(zip_t *zip, size_t i, const char *text, size_t n)
{
    if (n == 0) {
        text = parts[i].usual;
        n = strlen(text);
    }
    zip_source_t *source = zip_source_buffer(zip, text, n, 0);
    FUZZ_CHECK(source != NULL);
    const zip_int64_t index = zip_file_add(zip, parts[i].name, source, ZIP_FL_OVERWRITE);
    FUZZ_CHECK(index >= 0);
    FUZZ_CHECK(zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char mark[] = "\n----\n";
    const char *at = (const char *)data, *end = at + size;
    zip_t *zip = zip_open(fuzz_path("book.xlsx"), ZIP_CREATE | ZIP_TRUNCATE, NULL);
    FUZZ_CHECK(zip != NULL);
    for (size_t i = 0; i < N_PART; i++) {
        const char *stop = memmem(at, (size_t)(end - at), mark, strlen(mark));
        add_part(zip, i, at, (size_t)((stop ? stop : end) - at));
        at = stop ? stop + strlen(mark) : end;
    }
    FUZZ_CHECK(zip_close(zip) == 0);
    fuzz_use_book(fuzz_path("book.xlsx"));
    return 0;
}
