/* What did not happen, or may not have: the ways to deny, doubt and make up, and facts that look alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2026-03-11"

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

static bool is_told(const dtn_event *e)
{
    return e->modality == DTN_ASSERTED || e->modality == DTN_REPORTED;
}

/* The event of one of the words "a,b"; NULL: there is none. */
static const dtn_event *event_on(const dtn_reading *r, const char *triggers)
{
    for (size_t i = 0; i < r->n_event; i++) {
        const dtn_event *e = &r->events[i];
        const char *form = r->parsed.sentences[e->sentence].words[e->trigger].form;
        const char *at = strstr(triggers, form);
        const size_t n = strlen(form);
        if (at && (at == triggers || at[-1] == ',') && (at[n] == '\0' || at[n] == ','))
            return e;
    }
    return NULL;
}

typedef struct row {
    const char *text, *trigger;
    bool is_fact;
} row;

static void check(const row *rows, size_t n)
{
    begin();
    for (size_t i = 0; i < n; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].trigger);
        if (!e)
            fail_msg("%s: no event '%s'", rows[i].text, rows[i].trigger);
        else if (is_told(e) != rows[i].is_fact)
            fail_msg("%s: %s", rows[i].text, dtn_modality_name(e->modality));
    }
    dtn_arena_free(&arena);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void clauses_are_called_untrue(void **state)
{
    (void)state;
    static const row rows[] = {
        {"It is not true that soldiers killed four shepherds.", "killed", false},
        {"It is simply untrue that soldiers killed four shepherds.", "killed", false},
        {"It isn't the case that India bombed a market.", "bombed", false},
        {"Nobody seriously believes that the guards killed the mayor.", "killed", false},
        {"The claim that India bombed a market is false.", "bombed", false},
        {"Reports that gunmen killed a judge turned out to be untrue.", "killed", false},
        {"The story that gunmen killed a judge was made up.", "killed", false},
        {"The claim that rebels killed nine monks was not true.", "killed", false},
        {"The minister falsely claimed that rebels had killed nine farmers.", "killed", false},
        {"A fake video shows soldiers being killed.", "killed", false},
        {"The ministry called the report that guards killed a boy baseless.", "killed", false},
        {"The paper retracted its report that guards had killed a boy.", "killed", false},
        /* and what looks alike */
        {"It is true that soldiers killed four shepherds.", "killed", true},
        {"The claim that soldiers killed four shepherds is true.", "killed", true},
        {"The lie came to light after soldiers killed four shepherds.", "killed", true},
        {"A man in a false uniform killed three recruits.", "killed", true},
        {"The soldiers wrongly killed a shepherd.", "killed", true},
        {"The soldiers who killed the shepherd told a false story.", "killed", true},
    };
    CHECK(rows);
}

static void nobody_was_and_nearly(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Not a single civilian was killed.", "killed", false},
        {"Not one villager was killed in the crossfire.", "killed", false},
        {"Hardly anybody was killed in the crossfire.", "killed", false},
        {"The bomb came close to killing the general.", "killing", false},
        {"The bomb was defused before it killed anybody.", "killed", false},
        {"The envoy narrowly escaped being killed.", "killed", false},
        {"India neither bombed nor shelled the port.", "shelled", false},
        {"There never was an attack on the embassy.", "attack", false},
        {"The court acquitted four soldiers of killing a shepherd.", "killing", false},
        /* and what looks alike */
        {"Not far from the mill two farmers were killed.", "killed", true},
        {"Not only soldiers but also nurses were killed.", "killed", true},
        {"No fewer than nine farmers were killed.", "killed", true},
        {"The rebels would not give up and attacked again.", "attacked", true},
        {"Before help came, the gunmen had killed nine farmers.", "killed", true},
        {"The bomb, thought to be a toy, killed two boys.", "killed", true},
    };
    CHECK(rows);
}

static void left_open_or_made_up(void **state)
{
    (void)state;
    static const row rows[] = {
        {"A larger bomb would have killed forty pupils.", "killed", false},
        {"Up to thirty people are believed killed.", "killed", false},
        {"Dozens are thought to have been killed.", "killed", false},
        {"It is feared that many more were killed.", "killed", false},
        {"Rumours say that the envoy was killed.", "killed", false},
        {"Rumour has it that India attacked the island.", "attacked", false},
        {"The army did not say whether its drones killed the commander.", "killed", false},
        {"Nobody has confirmed that the commander was killed.", "killed", false},
        {"Any attack on the coast will be answered.", "attack", false},
        {"In the film, rebels attack the capital.", "attack", false},
        {"In the novel the emperor is killed by his cook.", "killed", false},
        {"The drill simulated rebels attacking a refinery.", "attacking", false},
        /* and what looks alike */
        {"It is not clear why the soldiers killed the shepherd.", "killed", true},
        {"Nobody knows who killed the judge.", "killed", true},
        {"Nine farmers were reportedly killed.", "killed", true},
        {"The actor's brother was killed by a mine.", "killed", true},
        {"The army did not say why it had bombed the village.", "bombed", true},
    };
    CHECK(rows);
}

/* Words of violence that tell of none. */
static void figures_of_speech_are_no_violence(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_violent;
    } rows[] = {
        {"Critics attacked the plan.", false},
        {"The article attacked the ministry's record.", false},
        {"Sanctions have hurt the economy.", false},
        {"The ban hurts traders.", false},
        {"Ministers were bombarded with questions about the budget.", false},
        {"The bowler struck twice before lunch.", false},
        {"Prices shot up.", false},
        {"The film bombed at the box office.", false},
        {"Players kill zombies in the new video game.", false},
        {"Gunmen attacked the market.", true},
        {"The bomb hurt nine people.", true},
        {"The port was bombarded with shells.", true},
        {"Planes struck the port twice before lunch.", true},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        bool is_violent = false;
        for (size_t k = 0; k < r.n_event; k++)
            is_violent |= strcmp(r.events[k].type, "ASSAULT") == 0 && is_told(&r.events[k]);
        if (is_violent != rows[i].is_violent)
            fail_msg("%s: %s", rows[i].text, is_violent ? "violence" : "none");
    }
    const dtn_reading fed = read_text("Distrust feeds the insurgency.");
    for (size_t k = 0; k < fed.n_event; k++)
        assert_string_not_equal(fed.events[k].type, "AID");
    dtn_arena_free(&arena);
}

/* Of the sets that the program was mended on: few told as facts that are none, and few facts lost. */
static void of_all_ways_few_are_missed(void **state)
{
    static const char *const names[] = {"tests/reader/modality-dev3.tsv",
                                        "tests/reader/modality-dev4.tsv"};
    char line[512];
    size_t n[2] = {0, 0}, wrong[2] = {0, 0}; /* not facts, facts */
    (void)state;
    begin();
    for (size_t k = 0; k < 2; k++) {
        FILE *f = fopen(names[k], "r");
        assert_non_null(f);
        while (fgets(line, sizeof line, f)) {
            char *trigger = strchr(line, '\t'), *text = trigger ? strchr(trigger + 1, '\t') : NULL;
            if (line[0] == '#' || !text || strncmp(line, "modality", 8) == 0)
                continue;
            *trigger++ = *text++ = '\0';
            text[strcspn(text, "\n")] = '\0';
            const dtn_reading r = read_dated(text, TODAY);
            const dtn_event *e = event_on(&r, trigger);
            const bool is_fact = strcmp(line, "fact") == 0;
            n[is_fact]++;
            wrong[is_fact] += e && is_told(e) != is_fact;
        }
        assert_int_equal(fclose(f), 0);
    }
    dtn_arena_free(&arena);
    assert_true(n[0] > 180 && n[1] > 45);
    if (wrong[0] * 10 > n[0] || wrong[1] * 10 > n[1])
        fail_msg("%zu of %zu told as facts, %zu of %zu facts lost", wrong[0], n[0], wrong[1], n[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_are_called_untrue),
        cmocka_unit_test(nobody_was_and_nearly),
        cmocka_unit_test(left_open_or_made_up),
        cmocka_unit_test(figures_of_speech_are_no_violence),
        cmocka_unit_test(of_all_ways_few_are_missed),
    };
    return cmocka_run_group_tests_name("denied", tests, set_up, tear_down);
}
