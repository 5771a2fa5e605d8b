/* Strikes of those who stop work, and those of armies: by the words beside them, and by what the document speaks of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "reader_text.h"

#define TODAY "2026-03-11" /* a Wednesday */

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

static const dtn_event *any_of(const dtn_reading *r, const char *type)
{
    for (size_t i = 0; i < r->n_event; i++)
        if (strcmp(r->events[i].type, type) == 0)
            return &r->events[i];
    return NULL;
}

static void who_stops_work_does_no_violence(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Teachers went on strike on 3 March.",
        "The rail strike began on Monday.",
        "The miners' strike cost the company ten million. The strike by nurses spread to the coast.",
        "Postal workers ended a three-week strike.",
        "A strike over pay closed the port. The strike is in its third week.",
        "Railway staff struck for higher wages.",
        "Nurses will strike on Friday.",
        "The bakers called a strike for Monday. Both sides said that the strike would go on.",
        "The general strike shut the shops. Shopkeepers watched as the strike spread.",
        "Prisoners began a hunger strike. Two weeks later the strike ended.",
        "A wildcat strike halted the mill.",
        "Bus and tram drivers in the capital began a 24-hour strike.",
        "The union launched a strike at the port.",
        "The drivers' union met on Monday. The council claims that the strike has cost the shops twelve million.",
        "The strike that nobody is settling. The drivers' union says 900 workers are on strike.",
        "Unions and employers met. The strike goes on.",
        "Soldiers guarded the depot. A bus strike has emptied the streets. Threats have not ended the strike.",
        "The drivers walked out for the third week.",
    };
    begin();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dtn_reading r = read_dated(texts[i], TODAY);
        if (any_of(&r, "ASSAULT") || !any_of(&r, "PROTEST"))
            fail_msg("%s: %s", texts[i], any_of(&r, "ASSAULT") ? "an assault" : "no protest");
    }
    dtn_arena_free(&arena);
}

static void armies_strike_workers_too(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "A drone strike killed three teachers. The strike hit a school.",
        "The army carried out a strike on the depot. The strike destroyed two tanks.",
        "Jets launched a strike on the drivers' depot.",
        "A strike on a hospital killed three nurses.",
        "Israeli strikes killed six teachers.",
        "The minister of labour said a missile strike had killed two.",
        "The strike on Monday killed two workers.",
        "A hospital strike killed 20.",
        "Rebel strikes on the coal mine continued.",
        "The European Union condemned the raid. The strike hit a market.",
    };
    begin();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dtn_reading r = read_dated(texts[i], TODAY);
        if (!any_of(&r, "ASSAULT") || any_of(&r, "PROTEST"))
            fail_msg("%s: %s", texts[i], any_of(&r, "PROTEST") ? "a protest" : "no assault");
    }
    dtn_arena_free(&arena);
}

/* "The strike" is what the last strike was, and refers to no raid. */
static void the_last_strike_is_meant(void **state)
{
    (void)state;
    static const char text[] =
        "Four soldiers died in a raid by the army on Monday. The drivers' strike entered its second week. The "
        "strike has emptied the streets. On Tuesday an air strike killed five soldiers. The strike was the third in a week.";
    static const char *const types[] = {"ASSAULT", "PROTEST", "PROTEST", "ASSAULT", "ASSAULT"};
    begin();
    const dtn_reading r = read_dated(text, TODAY);
    for (size_t i = 0; i < r.n_event; i++) {
        const dtn_event *e = &r.events[i];
        if (strcmp(e->type, types[e->sentence]) != 0)
            fail_msg("sentence %u: %s", e->sentence, e->type);
    }
    assert_int_equal(r.n_event, 5);
    assert_true(r.events[2].has_refers);
    assert_true(r.events[2].refers[2] > r.events[0].bytes[1]);
    dtn_arena_free(&arena);
}

/* A union of states or of a currency is no workers'. */
static void unions_of_states_do_not_strike(void **state)
{
    (void)state;
    begin();
    const dtn_reading r = read_dated(
        "The African Union and the customs union met. The strike was the third in a week.", TODAY);
    assert_non_null(any_of(&r, "ASSAULT"));
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_stops_work_does_no_violence),
        cmocka_unit_test(armies_strike_workers_too),
        cmocka_unit_test(the_last_strike_is_meant),
        cmocka_unit_test(unions_of_states_do_not_strike),
    };
    return cmocka_run_group_tests_name("labour", tests, set_up, tear_down);
}
