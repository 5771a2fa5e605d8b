/* Everyday news, of trade, courts, weather, sport, elections and workers, beside news of conflict: which types are told as facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2025-03-12"
#define MAX_TYPES 8

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "ASSAULT,COERCE", in order of the alphabet; "none". */
static void types_of(const dtn_reading *r, char out[128])
{
    const char *types[MAX_TYPES];
    size_t n = 0;
    for (size_t k = 0; k < r->n_event && n < MAX_TYPES; k++) {
        const dtn_event *e = &r->events[k];
        bool is_known = e->modality != DTN_ASSERTED && e->modality != DTN_REPORTED;
        for (size_t i = 0; i < n; i++)
            is_known |= strcmp(types[i], e->type) == 0;
        if (!is_known)
            types[n++] = e->type;
    }
    qsort(types, n, sizeof *types, by_name);
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        snprintf(out + strlen(out), 128 - strlen(out), "%s%s", i ? "," : "", types[i]);
    if (n == 0)
        strcpy(out, "none");
}

/* Rows of the table; *n_wrong: those with other types. */
static size_t count_rows(FILE *f, size_t *n_wrong)
{
    char line[512], types[128];
    size_t n = 0;
    while (fgets(line, sizeof line, f)) {
        char *text = strchr(line, '\t');
        if (line[0] == '#' || !text || strncmp(line, "types\t", 6) == 0)
            continue;
        *text++ = '\0';
        text[strcspn(text, "\n")] = '\0';
        const dtn_reading r = read_dated(text, TODAY);
        types_of(&r, types);
        n++;
        if (strcmp(types, line) != 0) {
            print_error("%s: %s, not %s\n", text, types, line);
            ++*n_wrong;
        }
    }
    return n;
}

static void all_right_in(const char *path, size_t least)
{
    size_t n_wrong = 0;
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const size_t n = count_rows(f, &n_wrong);
    assert_int_equal(fclose(f), 0);
    assert_true(n >= least);
    assert_int_equal(n_wrong, 0);
    dtn_arena_free(&arena);
}

static void types_told_as_facts(void **state)
{
    (void)state;
    all_right_in("tests/reader/everyday.tsv", 60);
}

static void accidents_quarrels_and_figures_of_speech(void **state)
{
    (void)state;
    all_right_in("tests/reader/everyday-2.tsv", 140);
    all_right_in("tests/reader/everyday-3.tsv", 50);
    all_right_in("tests/reader/everyday-4.tsv", 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(types_told_as_facts),
                                       cmocka_unit_test(accidents_quarrels_and_figures_of_speech)};
    return cmocka_run_group_tests_name("everyday", tests, set_up, tear_down);
}
