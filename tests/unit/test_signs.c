/* Signs, denials and what is only asked (tests/read/signs.tsv), and what is a claim between which words (ends.tsv): of the
 * sentences of each file 19 in 20 hold, whatever the parser's weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "reader_text.h"

#define MAX_LINE 400

/* The next cell of a line, ended in place. */
static char *cell(char **at)
{
    char *begin = *at, *end = begin + strcspn(begin, "\t\n");
    *at = *end ? end + 1 : end;
    *end = '\0';
    return begin;
}

static bool is_end(const char *text, const char *wanted, bool is_exact)
{
    return is_exact ? strcmp(text, wanted) == 0 : strstr(text, wanted) != NULL;
}

/* The likeliest claim between ends that are, or hold, these words; "-": any. NULL: none that is more likely than not. */
static const dtn_claim *claim_between(const dtn_reading *r, const char *cause, const char *effect,
                                      bool is_exact)
{
    const bool is_any = strcmp(cause, "-") == 0;
    const dtn_claim *best = NULL;
    for (size_t i = 0; i < r->n_claim; i++) {
        const dtn_claim *c = &r->claims[i];
        const dtn_sentence *s = &r->parsed.sentences[c->sentence];
        if (!c->purpose && c->cause_sentence == c->sentence && c->probability >= 0.5 &&
            (is_any ||
             (is_end(dtn_read_text(&arena, &r->parsed, s, c->cause_words), cause, is_exact) &&
              is_end(dtn_read_text(&arena, &r->parsed, s, c->effect_words), effect, is_exact))) &&
            (!best || c->probability > best->probability))
            best = c;
    }
    return best;
}

static bool holds(char *line, bool is_exact)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    char *at = line;
    const char *text = cell(&at), *cause = cell(&at), *effect = cell(&at), *sign = cell(&at),
               *manner = cell(&at);
    const dtn_reading r = read_text(text);
    const dtn_claim *c = claim_between(&r, cause, effect, is_exact);
    const bool is_held = strcmp(cause, "-") == 0
                             ? !c
                             : c && (*sign == '*' || c->sign == (*sign == '-' ? -1 : 1)) &&
                                   c->negated == (strcmp(manner, "denied") == 0) &&
                                   c->is_open == (strcmp(manner, "open") == 0);
    if (!is_held)
        print_message("# %s: %s\n", text, !c ? "no claim" : c->sign < 0 ? "-" : "+");
    dtn_arena_free(&arena);
    return is_held;
}

static void hold_file(const char *path, bool is_exact, size_t least)
{
    char line[MAX_LINE];
    size_t n = 0, n_held = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (*line == '#' || *line == '\n')
            continue;
        n_held += holds(line, is_exact);
        n++;
    }
    assert_int_equal(fclose(file), 0);
    print_message("# %zu of %zu sentences hold\n", n_held, n);
    assert_true(n >= least && 20 * n_held >= 19 * n);
}

static void signs_hold(void **state)
{
    (void)state;
    hold_file("tests/read/signs.tsv", false, 150);
}

static void ends_hold(void **state)
{
    (void)state;
    hold_file("tests/read/ends.tsv", true, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(signs_hold), cmocka_unit_test(ends_hold)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
