/* Citations of a case and the documents that a user supplies: the bytes quoted, and what is told of
 * a missing, doubled, short, cut or binary document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "case/quote.h"
#include "case_folder.h"

static const char text[] = "Ten bytes. Pressure it is. Then comes the answer: recruits.\n";

typedef struct supplied {
    case_folder folder;
    dtn_case *c;
    dtn_diags diags;
    dtn_documents docs;
    dtn_status status;
} supplied;

static void put(const supplied *s, const char *name, const char *content)
{
    char path[512];
    snprintf(path, sizeof path, "%s/observed/%s", s->folder.path, name);
    if (content)
        write_text(path, content);
    else
        unlink(path);
}

/* The case's observed folder serves as the user's folder of documents. */
static void supply(supplied *s, const char *name, const char *content)
{
    char path[512];
    make_case(&s->folder, NULL, NULL, NULL);
    dtn_diags_init(&s->diags);
    assert_int_equal(dtn_case_read(s->folder.path, &s->c, &s->diags), DTN_OK);
    if (name)
        put(s, name, content);
    snprintf(path, sizeof path, "%s/observed", s->folder.path);
    s->status = dtn_documents_read(&s->docs, s->c, path, &s->diags);
}

static void end(supplied *s, const char *name)
{
    dtn_documents_free(&s->docs);
    dtn_case_delete(s->c);
    dtn_diags_free(&s->diags);
    if (name)
        put(s, name, NULL);
    remove_case(&s->folder);
}

static const dtn_diag *told(const supplied *s)
{
    for (size_t i = 0; i < s->diags.n; i++)
        if (s->diags.items[i].code == 643)
            return &s->diags.items[i];
    return NULL;
}

static void citations_are_found(void **state)
{
    (void)state;
    const char *at = "see a1:10-20, 002:7-9; not 3:4, nor assumption", *nothing = "assumption";
    dtn_citation c;
    assert_true(dtn_citation_next(&at, &c));
    assert_true(c.n_id == 2 && memcmp(c.id, "a1", 2) == 0 && c.from == 10 && c.to == 20);
    assert_true(dtn_citation_next(&at, &c));
    assert_true(c.n_id == 3 && memcmp(c.id, "002", 3) == 0 && c.from == 7 && c.to == 9);
    assert_false(dtn_citation_next(&at, &c));
    assert_false(dtn_citation_next(&nothing, &c));
}

static void cited_bytes_are_quoted(void **state)
{
    (void)state;
    supplied s;
    size_t n = 0;
    supply(&s, "a1_op-ed.txt", text);
    assert_int_equal(s.status, DTN_OK);
    assert_int_equal(s.docs.n, 1);
    assert_int_equal(strlen(s.docs.items[0].hash), 32);
    const char *quote = dtn_documents_quote(&s.docs, &(dtn_citation){"a1", 2, 11, 26}, &n);
    assert_int_equal(n, 15);
    assert_memory_equal(quote, "Pressure it is.", 15);
    assert_null(dtn_documents_quote(&s.docs, &(dtn_citation){"b2", 2, 0, 1}, &n));
    assert_null(dtn_documents_quote(&s.docs, &(dtn_citation){"a1", 2, 0, 1000}, &n));
    assert_null(dtn_documents_quote(NULL, &(dtn_citation){"a1", 2, 0, 1}, &n));
    end(&s, "a1_op-ed.txt");
}

static void what_cannot_be_quoted_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *name, *content, *part;
    } cases[] = {
        {NULL, NULL, "there is no file"},
        {"a10.txt", text, "there is no file"},
        {"a1.txt", "too short", "outside the document"},
        {"a1.txt", "0123456789\x01 234567890123456789012345678901234567890", "not text"},
        {"a1.txt", "012345678\xc3\xa4 1234567890123456789012345678901234567890", "not text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        supplied s;
        supply(&s, cases[i].name, cases[i].content);
        assert_int_equal(s.status, DTN_E_INPUT);
        const dtn_diag *d = told(&s);
        assert_non_null(d);
        assert_non_null(strstr(d->message, cases[i].part));
        assert_non_null(strstr(d->file, "views.yaml"));
        assert_true(d->line > 0);
        end(&s, cases[i].name);
    }
}

static void two_files_of_one_id_are_told(void **state)
{
    (void)state;
    supplied s;
    char path[512];
    supply(&s, "a1.txt", text);
    dtn_documents_free(&s.docs);
    put(&s, "a1-later.txt", text);
    snprintf(path, sizeof path, "%s/observed", s.folder.path);
    assert_int_equal(dtn_documents_read(&s.docs, s.c, path, &s.diags), DTN_E_INPUT);
    assert_non_null(strstr(told(&s)->message, "there are files"));
    put(&s, "a1-later.txt", NULL);
    end(&s, "a1.txt");
}

/* A view's bytes mean something in one text alone. */
static void a_changed_text_is_not_quoted(void **state)
{
    (void)state;
    supplied s;
    char path[512], hash[33];
    dtn_hash128_hex(text, sizeof text - 1, hash);
    dtn_cited_text listed = {.id = "a1", .n_byte = sizeof text - 1, .xxh3 = hash};
    supply(&s, "a1.txt", text);
    dtn_documents_free(&s.docs);
    s.c->texts = &listed;
    s.c->n_text = 1;
    snprintf(path, sizeof path, "%s/observed", s.folder.path);
    assert_int_equal(dtn_documents_read(&s.docs, s.c, path, &s.diags), DTN_OK);
    dtn_documents_free(&s.docs);
    put(&s, "a1.txt", "Ten bytes. Pressure it is. Then comes the answer: nothing.\n\n");
    assert_int_equal(dtn_documents_read(&s.docs, s.c, path, &s.diags), DTN_E_INPUT);
    const dtn_diag *d = &s.diags.items[s.diags.n - 1];
    assert_int_equal(d->code, 645);
    assert_non_null(strstr(d->message, "a1.txt"));
    assert_non_null(strstr(d->hint, "bytes: 60"));
    end(&s, "a1.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(citations_are_found),
        cmocka_unit_test(cited_bytes_are_quoted),
        cmocka_unit_test(what_cannot_be_quoted_is_told),
        cmocka_unit_test(two_files_of_one_id_are_told),
        cmocka_unit_test(a_changed_text_is_not_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
