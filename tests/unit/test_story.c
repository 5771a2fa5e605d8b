/* Days that a text counts from the day it told of last, and who did what to whom in plain reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2025-05-08" /* a Thursday */

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

static void the_next_day_is_that_of_the_story(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date; /* of its last event */
    } rows[] = {
        {"The army shelled the village on 4 May. In an ambush near the river the next day, rebels killed five soldiers.",
         "2025-05-05"},
        {"On 4 May the villagers fled. The next day rebels killed seven soldiers.", "2025-05-05"},
        {"On 2 March the army raided a market; two days later gunmen shot dead six traders.",
         "2025-03-04"},
        {"On 2 March the army raided a market, the ministry said on Wednesday. The following morning gunmen shot dead "
         "six traders.",
         "2025-03-03"},
        {"Rebels killed nine policemen on 20 April. The day before, the army had bombed the town.",
         "2025-04-19"},
        {"Rebels killed nine policemen on 20 April. Three soldiers were killed the previous day.",
         "2025-04-19"},
        {"Rebels killed nine policemen on 20 April. A week later the army shelled two villages.",
         "2025-04-21/2025-04-27"},
        {"Rebels attacked the camp on Monday. That night jets bombed the town.", "2025-05-05"},
        {"Rebels killed four soldiers on 1 May. The following week the rebels killed two teachers.",
         "2025-05-05/2025-05-08"},
        {"The two sides will meet on 12 May. The next day they will sign an agreement.",
         "2025-05-13"},
        /* no day told, or none that fits: open, not the day after the document's */
        {"The next day rebels killed five soldiers.", ""},
        {"Rebels killed four soldiers on 7 May. Three days later they attacked again.", ""},
        {"Rebels killed four soldiers in April. The next day the army bombed the town.", ""},
        /* counted from the document's day */
        {"Rebels killed four soldiers on 1 May. Two days ago the army bombed the town.",
         "2025-05-06"},
        {"Rebels killed four soldiers on 1 May. Yesterday the army bombed the town.", "2025-05-07"},
        {"Rebels killed four soldiers on 1 May. The two sides will meet next week.",
         "2025-05-12/2025-05-18"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        assert_true(r.n_event > 0);
        const char *date = r.events[r.n_event - 1].date;
        if (strcmp(date, rows[i].date) != 0)
            fail_msg("%s: '%s'", rows[i].text, date);
    }
    dtn_arena_free(&arena);
}

static void people_from_a_state_are_not_the_state(void **state)
{
    (void)state;
    static const struct {
        const char *text, *source, *target;
    } rows[] = {
        {"Attackers from Turkey killed two electricians.", "TURREB", "CIV"},
        {"Men from Turkey killed two Iranian engineers.", "TURCIV", "IRNCIV"},
        {"Raiders from Iran killed five army engineers.", "IRNREB", "MIL"},
        {"Gunmen abducted nine engineers of a Chinese company.", "REB", "CHNBUS"},
        {"Soldiers from Turkey killed four engineers.", "TURMIL", "CIV"},
        {"According to the army, rebels killed five teachers.", "REB", "CIV"},
        {"On 3 May raiders from Turkey killed four engineers.", "TURREB", "CIV"},
        {"In May gunmen from Turkey killed four engineers.", "TURREB", "CIV"},
        {"On 3 November raiders from Turkey killed four engineers at the pumping station.",
         "TURREB", "CIV"},
        {"A patrol from Turkey shot dead two boys.", "TUR", "CIV"},
        {"Police shot dead two boys who were fishing.", "COP", "CIV"},
        {"In Osten soldiers shot dead three teachers, the ministry said.", "MIL", "CIV"},
        {"Two boys were shot dead by soldiers.", "MIL", "CIV"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        assert_true(r.n_event > 0);
        const dtn_event *e = &r.events[r.n_event - 1];
        if (strcmp(e->source, rows[i].source) != 0 || strcmp(e->target, rows[i].target) != 0)
            fail_msg("%s: '%s' to '%s'", rows[i].text, e->source, e->target);
    }
    dtn_arena_free(&arena);
}

/* What a sentence makes of raids, fires and walks. */
static void plain_reports(void **state)
{
    (void)state;
    static const struct {
        const char *text, *type; /* NULL: no event */
        const char *source;
        dtn_modality modality;
    } rows[] = {
        {"Things changed when the Third Brigade walked the bank of the river.", NULL, "", 0},
        {"According to customs officials, raids dropped by a third.", NULL, "", 0},
        {"The raids will end in May.", "ASSAULT", "", DTN_HYPOTHETICAL},
        {"Sudan's Free Men killed nine soldiers.", "ASSAULT", "", DTN_ASSERTED},
        {"Hospital strike kills 20.", "ASSAULT", "", DTN_ASSERTED},
        {"School bombing kills nine.", "ASSAULT", "", DTN_ASSERTED},
        {"If the patrols are strengthened, the raids will end.", "ASSAULT", "", DTN_HYPOTHETICAL},
        {"If it rains, the attack on the depot will be remembered.", "ASSAULT", "", DTN_ASSERTED},
        {"The raids ended in May.", "ASSAULT", "", DTN_ASSERTED},
        {"Masked youths set the bus on fire.", "COERCE", "CIV", DTN_ASSERTED},
        {"Rebels set ablaze two trucks.", "COERCE", "REB", DTN_ASSERTED},
        {"The union set the rules.", NULL, "", 0},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = r.n_event ? &r.events[0] : NULL;
        if ((e != NULL) != (rows[i].type != NULL) ||
            (e && (strcmp(e->type, rows[i].type) != 0 || strcmp(e->source, rows[i].source) != 0 ||
                   e->modality != rows[i].modality)))
            fail_msg("%s: %s by '%s', %s", rows[i].text, e ? e->type : "nothing",
                     e ? e->source : "", e ? dtn_modality_name(e->modality) : "");
    }
    dtn_arena_free(&arena);
}

static void who_else_counts_the_dead(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double dead; /* of its last event */
    } rows[] = {
        {"The army shelled the town on 4 May, killing 12 civilians. Russia said that only three people died.",
         3},
        {"The army shelled the town on 4 May, killing 12 civilians. The ministry said that three people had died of "
         "cholera.",
         12},
        {"The army shelled the town on 4 May. The ministry said that three people had died in floods.",
         NAN},
        {"The army shelled the town on 4 May. Nine civilians died, among them three children.", 9},
        {"The rebels attacked a post on 3 May. The army said 12 soldiers had died. The rebels said that 20 soldiers had "
         "died.",
         20},
        {"The rebels attacked a post on 3 May, killing 10 soldiers. The rebels said that 20 soldiers were killed.",
         20},
        {"The rebels attacked a post on 3 May. Sixty people have died, the ministry said.", 60},
        {"The rebels attacked a post on 3 May, killing 60 soldiers. The army admits to forty-one dead.",
         41},
        {"The rebels attacked a post on 3 May, killing 60 soldiers. The army admits to forty-one.",
         41},
        {"The rebels attacked a post on 3 May, killing 60 soldiers. The army speaks of 41 dead and 12 wounded.",
         41},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        assert_true(r.n_event > 0);
        const dtn_event *e = &r.events[r.n_event - 1];
        if (isnan(rows[i].dead) ? e->has_toll : !e->has_toll || e->toll.min != rows[i].dead)
            fail_msg("%s: %g", rows[i].text, e->has_toll ? e->toll.min : NAN);
    }
    dtn_arena_free(&arena);
}

/* Who only counts the dead of an attack tells of that attack: its doer and day are known. A day of its own, another place or cause make another. */
static void figures_go_with_their_event(void **state)
{
    (void)state;
    static const struct {
        const char *text, *source, *date; /* of its last event */
        bool refers;
    } rows[] = {
        {"Russia attacked a post on 3 May, killing 10 soldiers. The rebels said that 20 soldiers were killed.",
         "RUS", "2025-05-03", true},
        {"Russia attacked a post on 3 May. Five soldiers were killed.", "RUS", "2025-05-03", true},
        {"Russia attacked a post on 3 May. The army said 12 soldiers had died.", "RUS",
         "2025-05-03", true},
        {"Russia attacked a post on 3 May, killing 10 soldiers. The army admits to nine.", "RUS",
         "2025-05-03", true},
        {"Russia attacked a post on 3 May, killing 10 soldiers. Five soldiers were killed.", "", "",
         false},
        {"Russia attacked a post on 3 May. Five soldiers were killed on Monday.", "", "2025-05-05",
         false},
        {"Russia attacked a post on 3 May. Five soldiers were killed in an ambush in the hills.",
         "", "", false},
        {"Five soldiers were killed.", "", "", false},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        assert_true(r.n_event > 0);
        const dtn_event *e = &r.events[r.n_event - 1];
        if (!e->has_toll || strcmp(e->source, rows[i].source) != 0 ||
            strcmp(e->date, rows[i].date) != 0 || e->has_refers != rows[i].refers)
            fail_msg("%s: by '%s' on '%s'", rows[i].text, e->source, e->date);
    }
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_day_is_that_of_the_story),
        cmocka_unit_test(people_from_a_state_are_not_the_state),
        cmocka_unit_test(plain_reports),
        cmocka_unit_test(who_else_counts_the_dead),
        cmocka_unit_test(figures_go_with_their_event),
    };
    return cmocka_run_group_tests_name("story", tests, set_up, tear_down);
}
