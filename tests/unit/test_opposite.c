/* What a text says, where its words seem to say the opposite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "reader_text.h"

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

/* ---- Claims ------------------------------------------------------------------------------------ */

typedef struct row {
    const char *text, *effect;
    int sign; /* 0: not asked */
    bool is_denied;
} row;

static void check(const row *rows, size_t n)
{
    size_t n_wrong = 0;
    begin();
    for (size_t i = 0; i < n; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (c && c->negated == rows[i].is_denied && (!rows[i].sign || c->sign == rows[i].sign))
            continue;
        n_wrong++;
        print_error("%s: '%s' %s, sign %d\n", rows[i].text, rows[i].effect,
                    !c           ? "no claim"
                    : c->negated ? "denied"
                                 : "told",
                    c ? c->sign : 0);
    }
    dtn_arena_free(&arena);
    assert_int_equal(n_wrong, 0);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void neither_behind_the_verb_denies_both(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The blockade has brought neither the surrender its authors expected nor the famine its critics feared.",
         "surrender", 1, true},
        {"Ten years of drone strikes produced neither fear nor obedience in the valley.", "fear", 1,
         true},
        {"Ten years of drone strikes produced neither fear nor obedience in the valley.",
         "obedience", 1, true},
        {"The embargo reduced neither attacks on the border nor the number of recruits.", "attacks",
         -1, true},
        {"The embargo reduced neither attacks on the border nor the number of recruits.",
         "recruits", -1, true},
        {"Evictions will yield neither security nor savings.", "security", 1, true},
        {"The raids led to neither surrender nor talks.", "surrender", 1, true},
        {"The decision to shell the port has produced neither the deterrence its planners promised nor the rupture "
         "its critics foretold.",
         "rupture", 0, true},
        /* and what is not denied */
        {"The raids have won neither respect nor calm, and they have cost the army its friends.",
         "friends", -1, false},
        {"Those who wanted neither war nor peace increased the tension.", "tension", 1, false},
    };
    CHECK(rows);
}

static void on_nothing_is_no_effect(void **state)
{
    (void)state;
    static const row rows[] = {
        {"A ceasefire costs nothing and saves lives.", "nothing", 0, true},
        {"A ceasefire costs nothing and saves lives.", "lives", 0, false},
        {"A public apology would cost the government nothing.", "government", 0, true},
        {"The raids did nothing for the valley's security.", "security", 0, true},
        {"The sanctions hurt nobody.", "nobody", 0, true},
        {"The raids changed nothing in the valley.", "nothing", 0, true},
        {"The closure costs traders nothing less than their homes.", "traders", 0, false},
        {"The closure brought the traders nothing but debt.", "traders", 0, false},
    };
    CHECK(rows);
}

static void a_little_is_some(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The exchange of prisoners built a little confidence.", "confidence", 1, false},
        {"The hotline created a little trust.", "trust", 1, false},
        {"A few raids reduced attacks.", "attacks", -1, false},
        {"The hotline created little trust.", "trust", -1, false},
    };
    CHECK(rows);
}

/* ---- Events ------------------------------------------------------------------------------------ */

/* Exchanges are of fire, or of something else. */
static void exchanges_are_not_of_fire_alone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_violent;
    } rows[] = {
        {"The exchange of prisoners through Oman built a little confidence.", false},
        {"An exchange of letters between the two foreign ministers eased tensions.", false},
        {"Exchanges of students and teachers have lowered tensions.", false},
        {"The exchange of notes took a week.", false},
        {"The exchange of fire at the crossing lasted an hour.", true},
        {"A brief exchange of gunfire killed two guards.", true},
        {"The exchange of artillery on the border left six dead.", true},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        bool is_violent = false;
        for (size_t k = 0; k < r.n_event; k++)
            is_violent |= strcmp(r.events[k].type, "ASSAULT") == 0;
        if (is_violent != rows[i].is_violent)
            fail_msg("%s: %s", rows[i].text, is_violent ? "violence" : "none");
    }
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neither_behind_the_verb_denies_both),
        cmocka_unit_test(on_nothing_is_no_effect),
        cmocka_unit_test(a_little_is_some),
        cmocka_unit_test(exchanges_are_not_of_fire_alone),
    };
    return cmocka_run_group_tests_name("opposite", tests, set_up, tear_down);
}
