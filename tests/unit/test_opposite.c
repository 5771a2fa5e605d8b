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

static void questions_are_answered(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Has the embargo weakened the regime? No.", "regime", -1, true},
        {"Have the evictions made anyone safer? Not in the least.", "safer", 1, true},
        {"Do strikes deter the rebels? Yes.", "rebels", -1, false},
        {"Q: Did the raids reduce attacks?\n\nA: No.", "attacks", -1, true},
        {"Q: Is it not true that the raids reduced attacks?\n\nA: Hardly.", "attacks", -1, true},
        {"Q: Have sanctions weakened the regime?\n\nA: They have not. They never will.", "regime",
         -1, true},
        {"Would raids reduce attacks? That is an illusion.", "attacks", -1, true},
        {"Did the raids not reduce attacks? They did.", "attacks", -1, false},
        {"I used to write that raids reduce attacks. Then I lived there.", "attacks", -1, false},
        {"I wrote that raids reduce attacks. I was wrong.", "attacks", -1, true},
        {"Have the raids reduced attacks? The figures are not in.", "attacks", -1,
         false}, /* open */
    };
    CHECK(rows);
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        assert_int_equal(claim_on(&r, rows[i].effect)->is_open,
                         i + 1 == sizeof rows / sizeof *rows);
    }
    dtn_arena_free(&arena);
}

/* What was spoken of goes on; what an answer takes up stands in the question. */
static void it_is_what_was_spoken_of(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect, *cause;
    } rows[] = {
        {"Q: What about the trade embargo?\n\nA: It weakens the regime.", "regime", "embargo"},
        {"Q: What about the trade embargo?\n\nA: It hurts us, of course. Fruit rotted. Medicine is short. It has "
         "weakened no regime.",
         "regime", "embargo"},
        {"The embargo was lifted. It had hurt traders. Fruit rotted. It had weakened the regime.",
         "regime", "embargo"},
        {"The port was rebuilt. The embargo was lifted. It had weakened the regime.", "regime",
         "embargo"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        assert_non_null(c);
        const dtn_reference *to = &c->cause_refers;
        const char *words =
            to->words.begin < to->words.end
                ? dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[to->sentence], to->words)
                : "nothing";
        if (!strstr(words, rows[i].cause))
            fail_msg("%s: %s", rows[i].text, words);
    }
    dtn_arena_free(&arena);
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

/* "Members will recall that": the past, of which somebody is reminded. */
static void what_is_recalled_is_past(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_to_come;
    } rows[] = {
        {"Members will recall that the army bombed the port in June 2025.", false},
        {"It will be recalled that the two governments signed an agreement in Geneva in June 2025.",
         false},
        {"Historians will say that the army shelled the port.", false},
        {"The minister will say that the army will shell the port.", true},
        {"The two governments will sign an agreement in June 2027.", true},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, "2026-03-11");
        bool is_to_come = false;
        assert_true(r.n_event > 0);
        for (size_t k = 0; k < r.n_event; k++)
            is_to_come |= r.events[k].modality == DTN_FUTURE;
        if (is_to_come != rows[i].is_to_come)
            fail_msg("%s: %s", rows[i].text, is_to_come ? "to come" : "past");
    }
    dtn_reading r = read_text("Readers will remember that the embargo caused hunger.");
    const dtn_claim *c = claim_on(&r, "hunger");
    assert_non_null(c);
    assert_int_equal(c->mode, DTN_DESCRIPTIVE);
    r = read_text("Readers will see that the embargo will cause hunger.");
    c = claim_on(&r, "hunger");
    assert_non_null(c);
    assert_int_equal(c->mode, DTN_PREDICTIVE);
    dtn_arena_free(&arena);
}

/* ---- Advice ------------------------------------------------------------------------------------ */

typedef struct advice_row {
    const char *text, *act;
    int direction; /* 0: no advice */
} advice_row;

static void check_advice(const advice_row *rows, size_t n)
{
    size_t n_wrong = 0;
    begin();
    for (size_t i = 0; i < n; i++) {
        const dtn_reading r = read_text(rows[i].text);
        int direction = 0;
        for (size_t k = 0; k < r.n_advice; k++) {
            const dtn_advice *a = &r.advice[k];
            if (strstr(dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[a->sentence], a->words),
                       rows[i].act))
                direction = a->act;
        }
        if (direction == rows[i].direction)
            continue;
        n_wrong++;
        print_error("%s: '%s' %d\n", rows[i].text, rows[i].act, direction);
    }
    dtn_arena_free(&arena);
    assert_int_equal(n_wrong, 0);
}

#define CHECK_ADVICE(rows) check_advice(rows, sizeof(rows) / sizeof *(rows))

static void what_is_urged_in_irony_is_advised_against(void **state)
{
    (void)state;
    static const advice_row rows[] = {
        {"So by all means let us bomb another village.", "bomb", -1},
        {"So by all means let us bomb another village. Let us rename the square.", "rename", -1},
        {"By all means, let us close the last crossing.", "close", -1},
        {"Let us expel another fifty thousand children, since hunger will surely teach them to love us.",
         "expel", -1},
        {"Let us keep the gates shut until the last trader goes bankrupt.", "gates", -1},
        {"Let us have more of the same.", "more of the same", -1},
        {"Perhaps the army should shell another school.", "shell", -1},
        {"I wrote that we should flatten every camp in the hills. I was wrong.", "flatten", -1},
        {"Last year we argued that the army should shell the port. We were mistaken.", "shell", -1},
        /* in earnest */
        {"I wrote that we should reopen the port. I was right.", "reopen", 1},
        {"I wrote that we should reopen the port. I was not wrong.", "reopen", 1},
        {"Let us resume talks and reopen the border.", "resume", 1},
        {"By all means let us negotiate with the rebels.", "negotiate", 1},
        {"Let us keep the border open until the last truck is home.", "border", 1},
        {"Let us close the camps, since the rebels recruit there.", "close", 1},
        {"By all means, let us close the last crossing. Or let us reopen the port instead.",
         "reopen", 1},
        {"The army should shell another hill.", "shell", 1},
        /* no advice at all */
        {"Let us be serious for a paragraph.", "serious", 0},
        {"Had the generals had more luck, we would be digging graves.", "graves", 0},
    };
    CHECK_ADVICE(rows);
}

static void what_we_could_do_instead_is_advised(void **state)
{
    (void)state;
    static const advice_row rows[] = {
        {"Or, if that seems too bold, we could try something new. We could pay the teachers. We could let the farmers "
         "come home.",
         "pay the teachers", 1},
        {"We could try something radical: we could talk to the elders.", "talk", 1},
        {"Instead, we could sit at the table until something is signed.", "sit", 1},
        {"We could see the smoke. We could pay the ferryman.", "pay", 0},
        {"We could have paid the teachers.", "paid", 0},
        {"Or we could lose the war.", "lose", 0},
    };
    CHECK_ADVICE(rows);
}

static void bare_orders_are_advice(void **state)
{
    (void)state;
    static const advice_row rows[] = {
        {"Q: What should the government do?\n\nA: Go back to the table.", "Go back", 1},
        {"Q: What should the government do?\n\nA: Reopen the crossings. And pay the teachers.",
         "pay the teachers", 1},
        {"And open the gates for fruit, at least.", "open the gates", 1},
        {"Come back to the table.", "Come back", 1},
        {"Do not ask for a written guarantee in the first session.", "guarantee", -1},
        {"Refrain from linking the truce to the pensions.", "linking", -1},
        {"Above all, pass the police bill.", "pass", 1},
        {"Send no more aircraft.", "aircraft", -1},
        {"We say to the king: abide by the truce, send no more aircraft and do not close the port.",
         "abide", 1},
        {"We say to the envoys: do not leave the table.", "leave", -1},
        {"And please, please stop evicting families.", "evicting", -1},
        {"Please accept cookies.", "cookies", 0},
        {"Long valleys favour the guerrilla.", "guerrilla", 0},
        {"Go to the next page.", "page", 0},
        {"Ask a friend.", "friend", 0},
    };
    CHECK_ADVICE(rows);
}

static void what_is_asked_and_refused_is_advised_against(void **state)
{
    (void)state;
    static const advice_row rows[] = {
        {"Q: Should the government close the border?\n\nA: It would be folly.", "border", -1},
        {"Q: Should the army expand the raids?\n\nA: Under no circumstances.", "raids", -1},
        {"Should the government talk to the rebels? Yes.", "talk", 1},
        {"Should the government talk to the rebels? The poets are divided.", "talk", 0},
        {"Some argue for arming the rebels.", "arming", 1},
        {"They argue for hours.", "hours", 0},
    };
    CHECK_ADVICE(rows);
}

/* ---- Speakers ---------------------------------------------------------------------------------- */

static void who_tells_it_is_the_speaker(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect, *speaker;
    } rows[] = {
        {"I am told by a retired admiral that the raids have broken the rebels.", "rebels",
         "retired admiral"},
        {"We are assured by the ministry that evictions reduce crime.", "crime", "ministry"},
        {"I have been told by two ministers that the closure weakens the regime.", "regime",
         "two ministers"},
        {"I hear from an officer on the radio that the sweeps have destroyed the network.",
         "network", "officer"},
        {"We are told that the strikes deter attacks.", "attacks", "others"},
        {"Villagers were told by the army that the raids would end the attacks.", "attacks",
         "army"},
        {"I am sure that the strikes deter attacks.", "attacks", NULL},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        assert_non_null(c);
        if (strcmp(c->attributed_to ? c->attributed_to : "",
                   rows[i].speaker ? rows[i].speaker : ""))
            fail_msg("%s: %s", rows[i].text, c->attributed_to ? c->attributed_to : "the author");
    }
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neither_behind_the_verb_denies_both),
        cmocka_unit_test(on_nothing_is_no_effect),
        cmocka_unit_test(a_little_is_some),
        cmocka_unit_test(questions_are_answered),
        cmocka_unit_test(it_is_what_was_spoken_of),
        cmocka_unit_test(exchanges_are_not_of_fire_alone),
        cmocka_unit_test(what_is_recalled_is_past),
        cmocka_unit_test(what_is_urged_in_irony_is_advised_against),
        cmocka_unit_test(what_we_could_do_instead_is_advised),
        cmocka_unit_test(bare_orders_are_advice),
        cmocka_unit_test(what_is_asked_and_refused_is_advised_against),
        cmocka_unit_test(who_tells_it_is_the_speaker),
    };
    return cmocka_run_group_tests_name("opposite", tests, set_up, tear_down);
}
