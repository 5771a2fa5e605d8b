/* views.yaml beside the case of tests/cases/tiny: the views, their chances, what they cite from the
 * user's documents, which may not be the text that they list. */
#include "fuzz_tiny.h"

#include <stdlib.h>

#include "case/case.h"
#include "case/quote.h"

static const char document[] =
    "Pressure first.\nIt brings recruits, \xe2\x80\x9cthey write\xe2\x80\x9d.\n";

static void check_weights(const dtn_case *c, const dtn_view *view)
{
    for (size_t i = 0; i < view->n_stance; i++) {
        const dtn_stance *s = &view->stances[i];
        double sum = 0;
        FUZZ_CHECK(s->i_hypothesis < c->n_hypothesis);
        for (size_t a = 0; a < c->hypotheses[s->i_hypothesis].n_answer; a++)
            sum += s->weights[a];
        FUZZ_CHECK(sum > 1 - 1e-6 && sum < 1 + 1e-6);
    }
}

static void use_quotes(const dtn_documents *docs, const char *source)
{
    dtn_citation c;
    size_t n = 0;
    for (const char *at = source ? source : ""; dtn_citation_next(&at, &c);) {
        const char *quote = dtn_documents_quote(docs, &c, &n);
        FUZZ_CHECK(quote != NULL && n == c.to - c.from && n < sizeof document);
    }
}

static void use_views(dtn_case *c, dtn_diags *diags)
{
    dtn_documents docs;
    for (size_t v = 0; v < c->n_view; v++)
        check_weights(c, &c->views[v]);
    const size_t before = diags->n_error;
    const dtn_status status = dtn_documents_read(&docs, c, fuzz_path("documents"), diags);
    fuzz_check_status(status, diags, before);
    if (status != DTN_OK)
        return;
    for (size_t v = 0; v < c->n_view; v++) {
        use_quotes(&docs, c->views[v].recommends.source);
        for (size_t i = 0; i < c->views[v].n_stance; i++)
            use_quotes(&docs, c->views[v].stances[i].source);
    }
    dtn_documents_free(&docs);
}

static void make_documents(void)
{
    static bool is_made;
    if (is_made)
        return;
    is_made = true;
    FUZZ_CHECK(mkdir(fuzz_path("documents"), 0700) == 0);
    fuzz_write("documents/a1_op-ed.txt", document, sizeof document - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dtn_diags diags;
    dtn_case *c = NULL;
    fuzz_make_case("views.yaml");
    make_documents();
    fuzz_write("views.yaml", data, size);
    dtn_diags_init(&diags);
    const dtn_status status = dtn_case_read(fuzz_folder(), &c, &diags);
    fuzz_check_status(status, &diags, 0);
    FUZZ_CHECK((status == DTN_OK) == (c != NULL));
    if (c)
        use_views(c, &diags);
    dtn_case_delete(c);
    fuzz_check_diags(&diags);
    dtn_diags_free(&diags);
    return 0;
}
