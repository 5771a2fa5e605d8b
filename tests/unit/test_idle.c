/* What names violence and tells of none; who is no party; figures that words count in other ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2026-02-02"

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

static size_t n_facts(const dtn_reading *r, const char *type)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_event; i++)
        n += strcmp(r->events[i].type, type) == 0 &&
             (r->events[i].modality == DTN_ASSERTED || r->events[i].modality == DTN_REPORTED);
    return n;
}

static void nothing_is_told_of(void **state)
{
    (void)state;
    static const struct {
        const char *text, *type;
        size_t n; /* facts of that type */
    } rows[] = {
        {"A hotline between the two directors of military operations was used in December.",
         "ASSAULT", 0},
        {"The director general of military operations spoke to his counterpart.", "ASSAULT", 0},
        {"The head of combat operations resigned.", "ASSAULT", 0},
        {"The chief of air operations flew to Cairo.", "ASSAULT", 0},
        {"The commander of the operation said that rebels bombed the mill.", "ASSAULT", 2},
        {"An operation in the valley killed nine rebels.", "ASSAULT", 1},
        {"They fought side by side against the invader.", "ASSAULT", 0},
        {"Our fathers fought shoulder to shoulder in the eighties.", "ASSAULT", 0},
        {"The rebels fought the army near the river.", "ASSAULT", 1},
        {"With which rifle had they fired?", "ASSAULT", 0},
        {"Which town had they attacked?", "ASSAULT", 0},
        {"Who bombed the market?", "ASSAULT", 1},
        {"The ministry learns of an operation only from the press.", "ASSAULT", 0},
        {"He had learned of the raid from the radio.", "ASSAULT", 1},
        {"Strike only when there is evidence.", "ASSAULT", 0},
        {"Attack only if attacked.", "ASSAULT", 0},
        {"We propose a sequence: (a) the army withdraws from the town; (b) the rebels release their "
         "prisoners; (c) both sides sign a ceasefire.",
         "RETREAT", 0},
        {"The plan has three steps: first, the army withdraws from the town; second, the rebels "
         "release their prisoners.",
         "RETREAT", 0},
        {"The sequence is known: rebels attacked the post, and the army shelled the village.",
         "ASSAULT", 2},
        {"The militants commit to a cessation of hostilities.", "ASSAULT", 0},
        {"It hurts us.", "ASSAULT", 0},
        {"The blast hurt nine people.", "ASSAULT", 1},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        if (n_facts(&r, rows[i].type) != rows[i].n)
            fail_msg("%s: %zu", rows[i].text, n_facts(&r, rows[i].type));
    }
    dtn_arena_free(&arena);
}

static void brokers_are_no_parties(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"A ceasefire brokered by Qatar and Turkey was agreed in Doha.", "RETREAT", "QAT|TUR"},
        {"A deal negotiated by Algeria was signed by Mali and the rebels.", "AGREE", "DZA"},
        {"A truce mediated by Egypt between Israel and Chad was signed in Cairo.", "RETREAT",
         "EGY"}};
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i][0], TODAY);
        bool is_there = false;
        for (size_t k = 0; k < r.n_event; k++) {
            const dtn_event *e = &r.events[k];
            if (strcmp(e->type, rows[i][1]) != 0)
                continue;
            is_there = true;
            if ((e->source[0] && strstr(rows[i][2], e->source)) || strstr(e->source, "QAT") ||
                strstr(e->target, "QAT") || strstr(e->source, "EGY") || strstr(e->target, "EGY"))
                fail_msg("%s: %s to %s", rows[i][0], e->source, e->target);
        }
        assert_true(is_there);
    }
    dtn_arena_free(&arena);
}

/* The last event with dead. */
static void the_dead(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double min, max;
        const char *target, *date; /* NULL: whatever */
    } rows[] = {
        {"Seven people are dead after a bomb in the market.", 7, 7, "CIV", NULL},
        {"Fifty-eight soldiers were sent to their graves.", 58, 58, "MIL", NULL},
        {"The mission documented at least 70 civilians killed and 478 injured.", 70, NAN, "CIV",
         NULL},
        {"The report recorded 12 civilians killed and 30 wounded in shelling in March 2025.", 12,
         12, "CIV", "2025-03-01/2025-03-31"},
        {"Eleven corpses were pulled from the rubble after the strike.", 11, 11, NULL, NULL},
        {"On 3 May 2025 a blast shook Khartoum. On 6 May 2025 Chadian forces attacked Sudanese posts; "
         "the Sudanese army said nine of its soldiers died.",
         9, 9, NULL, "2025-05-06"},
        {"The army attacked the camp on 4 May 2025; the rebels admit to nineteen dead.", 19, 19,
         NULL, "2025-05-04"},
        {"In 2021, when rebels killed nine farmers in March, nobody came.", 9, 9, "CIV",
         "2021-03-01/2021-03-31"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = NULL;
        for (size_t k = 0; k < r.n_event; k++)
            e = r.events[k].has_toll ? &r.events[k] : e;
        if (!e || e->toll.min != rows[i].min ||
            (isnan(rows[i].max) ? !isnan(e->toll.max) : e->toll.max != rows[i].max) ||
            (rows[i].target && strcmp(e->target, rows[i].target) != 0) ||
            (rows[i].date && strcmp(e->date, rows[i].date) != 0))
            fail_msg("%s: %g to %g, %s, %s", rows[i].text, e ? e->toll.min : -1,
                     e ? e->toll.max : -1, e ? e->target : "", e ? e->date : "");
        assert_true(e->source[0] == '\0' || strcmp(e->source, "CIV") != 0);
    }
    dtn_arena_free(&arena);
}

static void years_before_when(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"That was the lesson of 2022, when the truce collapsed in November.",
         "2022-11-01/2022-11-30"},
        {"In 2021, when rebels attacked the dam on 4 March, nobody came.", "2021-03-04"},
        {"When rebels attacked the dam on 4 January, nobody came.", "2026-01-04"}};
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i][0], TODAY);
        assert_true(r.n_event > 0);
        assert_string_equal(r.events[0].date, rows[i][1]);
    }
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_of),
        cmocka_unit_test(brokers_are_no_parties),
        cmocka_unit_test(the_dead),
        cmocka_unit_test(years_before_when),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
