/* A folder of its own for each test, and workbooks made in it. */
#ifndef SHEET_FOLDER_H
#define SHEET_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <zip.h>

static char folder[32]; /* fixtures of cmocka pass no context that helpers could use */

static int make_folder(void)
{
    strcpy(folder, "/tmp/dtn-sheet-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char *in_folder(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
    return path;
}

static const char *put_bytes(const char *name, const void *bytes, size_t n, char path[256])
{
    FILE *f = fopen(in_folder(name, path), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
    return path;
}

static const char *put_text(const char *name, const char *text, char path[256])
{
    return put_bytes(name, text, strlen(text), path);
}

#define WORKBOOK                                                                             \
    "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "           \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>" \
    "<sheet name='One &amp; only' sheetId='1' r:id='rId1'/>"                                 \
    "<sheet name=\"It's\" sheetId='7' r:id='rId2'/></sheets><definedNames>"                  \
    "<definedName name='Block'>'One &amp; only'!$B$2:$C$3</definedName>"                     \
    "<definedName name='other'>'It''s'!$A$1</definedName>"                                   \
    "<definedName name='var1' localSheetId='0'>'One &amp; only'!$A$1:$A$2</definedName>"     \
    "<definedName name='var1' localSheetId='1'>'It''s'!$B$1</definedName>"                   \
    "<definedName name='bad'>#REF!</definedName></definedNames></workbook>"
#define RELS(list)                                                                              \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" list \
    "</Relationships>"
#define REL(id, type, target)                                                                \
    "<Relationship Id='" id "' Type='http://schemas.openxmlformats.org/officeDocument/2006/" \
    "relationships/" type "' Target='" target "'/>"
#define SHEET(rows)                                                                                 \
    "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>" rows \
    "</sheetData></worksheet>"
#define SHARED                                                           \
    "<sst><si><t>plain</t></si><si><r><t>two </t></r><r><t>runs</t></r>" \
    "<rPh sb='0' eb='1'><t>aid</t></rPh></si></sst>"

/* A workbook of two sheets; NULL parts are the usual ones. */
static const char *put_xlsx(const char *name, const char *sheet1, const char *workbook,
                            const char *shared, char path[256])
{
    const struct {
        const char *part, *text;
    } parts[] = {{"_rels/.rels", RELS(REL("a", "officeDocument", "xl/workbook.xml"))},
                 {"xl/workbook.xml", workbook ? workbook : WORKBOOK},
                 {"xl/_rels/workbook.xml.rels",
                  RELS(REL("rId1", "worksheet", "worksheets/sheet1.xml")
                           REL("rId2", "worksheet", "/xl/worksheets/sheet2.xml")
                               REL("rId3", "sharedStrings", "sharedStrings.xml"))},
                 {"xl/worksheets/sheet1.xml", sheet1},
                 {"xl/worksheets/sheet2.xml", SHEET("<row><c><v>1</v></c><c><v>2</v></c></row>")},
                 {"xl/sharedStrings.xml", shared ? shared : SHARED}};
    zip_t *zip = zip_open(in_folder(name, path), ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        zip_source_t *source = zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0);
        assert_non_null(source);
        assert_true(zip_file_add(zip, parts[i].part, source, ZIP_FL_OVERWRITE) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    return path;
}

#endif
