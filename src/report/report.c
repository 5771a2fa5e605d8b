/* Writes report.html: the template with title, content and figures put in place of its markers.
 *
 * The page is one self-contained file: it asks no network for anything, opens from file://, and
 * its content security policy allows only its own script and style (by their hashes). The figures
 * stand in a <script type="application/json"> block; json.c escapes what could end it.
 * A template without the data marker (web/src/report/plain.html) gets words and tables only.
 */
#include "report/report.h"

#include "base/arena.h"
#include "report/json.h"
#include "report/page.h"
#include "report/template.h"
#include "store/file.h"

#include <assert.h>
#include <string.h>

/* Copies the template up to `mark` and returns what follows it; NULL if the mark is not there. */
static const char *copy_to(dtn_prose *out, const char *from, const char *mark)
{
    const char *at = strstr(from, mark);
    if (at == NULL)
        return NULL;
    dtn_prose_bytes(out, from, (size_t)(at - from));
    return at + strlen(mark);
}

static void fill(dtn_prose *out, const char *title, dtn_page_part *content, dtn_page_part *data,
                 const void *context)
{
    const char *rest = copy_to(out, dtn_report_template, DTN_MARK_TITLE);
    assert(rest != NULL);
    dtn_prose_say(out, title);
    rest = copy_to(out, rest, DTN_MARK_CONTENT);
    assert(rest != NULL); /* a test reads both templates */
    content(out, context);
    const char *after = copy_to(out, rest, DTN_MARK_DATA);
    if (after != NULL) {
        if (data != NULL)
            data(out, context);
        else
            dtn_prose_raw(out, "null");
        rest = after;
    }
    dtn_prose_raw(out, rest);
}

dtn_status dtn_page_write(const char *title, dtn_page_part *content, dtn_page_part *data,
                          const void *context, const char *path, dtn_diags *diags)
{
    dtn_status status = DTN_E_MEMORY;
    dtn_prose page;
    dtn_out file;
    dtn_prose_init(&page, true);
    fill(&page, title, content, data, context);
    if (!page.failed)
        status = dtn_out_open(&file, path, diags);
    if (status == DTN_OK) {
        dtn_out_write(&file, page.text, page.n);
        status = dtn_out_commit(&file, diags);
    }
    dtn_prose_free(&page);
    return status;
}

typedef struct whole {
    const dtn_comparison *comparison;
    const dtn_validation *validation;
    const dtn_maps *maps;
} whole;

static void put_content(dtn_prose *out, const void *context)
{
    const whole *w = context;
    dtn_page_content(out, w->comparison, w->validation, w->maps);
}

static void put_data(dtn_prose *out, const void *context)
{
    dtn_report_json(out, ((const whole *)context)->comparison);
}

dtn_status dtn_report_write(const dtn_comparison *comparison, const dtn_validation *validation,
                            const dtn_maps *maps, const char *path, dtn_diags *diags)
{
    const whole context = {comparison, validation, maps};
    return dtn_page_write(comparison->c->title, put_content, put_data, &context, path, diags);
}
