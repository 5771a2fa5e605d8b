/* Signs, denials and what is only asked, in tests/read/signs.tsv: 19 of 20 sentences hold, whatever the parser's weights. */
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

/* The likeliest claim between ends that hold these words; NULL: none that is more likely than not. */
static const dtn_claim *claim_between(const dtn_reading *r, const char *cause, const char *effect)
{
    const dtn_claim *best = NULL;
    for (size_t i = 0; i < r->n_claim; i++) {
        const dtn_claim *c = &r->claims[i];
        const dtn_sentence *s = &r->parsed.sentences[c->sentence];
        if (!c->purpose && c->cause_sentence == c->sentence && c->probability >= 0.5 &&
            strstr(dtn_read_text(&arena, &r->parsed, s, c->cause_words), cause) &&
            strstr(dtn_read_text(&arena, &r->parsed, s, c->effect_words), effect) &&
            (!best || c->probability > best->probability))
            best = c;
    }
    return best;
}

static bool holds(char *line)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    char *at = line;
    const char *text = cell(&at), *cause = cell(&at), *effect = cell(&at), *sign = cell(&at),
               *manner = cell(&at);
    const dtn_reading r = read_text(text);
    const dtn_claim *c = claim_between(&r, cause, effect);
    const bool is_held = c && (*sign == '*' || c->sign == (*sign == '-' ? -1 : 1)) &&
                         c->negated == (strcmp(manner, "denied") == 0) &&
                         c->is_open == (strcmp(manner, "open") == 0);
    if (!is_held)
        print_message("# %s: %s\n", text, !c ? "no claim" : c->sign < 0 ? "-" : "+");
    dtn_arena_free(&arena);
    return is_held;
}

static void signs_hold(void **state)
{
    (void)state;
    char line[MAX_LINE];
    size_t n = 0, n_held = 0;
    FILE *file = fopen("tests/read/signs.tsv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (*line == '#' || *line == '\n')
            continue;
        n_held += holds(line);
        n++;
    }
    assert_int_equal(fclose(file), 0);
    print_message("# %zu of %zu sentences hold\n", n_held, n);
    assert_true(n >= 150 && 20 * n_held >= 19 * n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(signs_hold)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
