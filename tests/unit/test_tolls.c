/* How many died: numbers as they are written, lists of people, ages and shares that count nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2026-03-11"
#define OPEN NAN
#define NOBODY -1.0

typedef struct row {
    const char *text;
    double least, most;
    const char *of;
} row;

static bool is_same(double a, double b) { return isnan(a) ? isnan(b) : a == b; }

/* The dead of the first event that tells of any. */
static void check(const row *rows, size_t n)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < n; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        dtn_toll toll = {.min = NOBODY, .max = NOBODY};
        for (size_t k = r.n_event; k-- > 0;)
            if (r.events[k].has_toll)
                toll = r.events[k].toll;
        if (!is_same(toll.min, rows[i].least) || !is_same(toll.max, rows[i].most) ||
            (rows[i].of && strcmp(toll.of, rows[i].of) != 0))
            fail_msg("%s: %g to %g of '%s'", rows[i].text, toll.min, toll.max, toll.of);
        for (size_t k = 0; k < r.n_event; k++)
            if (r.events[k].modality != DTN_ASSERTED)
                fail_msg("%s: %s", rows[i].text, dtn_modality_name(r.events[k].modality));
    }
    dtn_arena_free(&arena);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void numbers_of_several_words(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Two dozen soldiers were killed.", 24, 24, "MIL"},
        {"At least three dozen people were killed.", 36, OPEN, "CIV"},
        {"More than two dozen people were killed.", 24, OPEN, "CIV"},
        {"Half a dozen policemen were killed.", 6, 6, "COP"},
        {"The strike killed half a dozen fighters.", 6, 6, "REB"},
        {"Several dozen militants were killed.", 24, OPEN, "REB"},
        {"A couple of hundred people were killed.", 200, OPEN, "CIV"},
        {"Tens of thousands of people were killed.", 20000, OPEN, "CIV"},
        {"Hundreds of thousands were killed.", 200000, OPEN, ""},
        {"Two hundred and thirty-one people were killed.", 231, 231, "CIV"},
        {"One thousand two hundred people were killed.", 1200, 1200, "CIV"},
        {"Two and a half thousand people were killed.", 2500, 2500, "CIV"},
        {"One and a half million people were killed.", 1.5e6, 1.5e6, "CIV"},
        {"An estimated 1.5 million people were killed.", 1.5e6, 1.5e6, "CIV"},
        {"Twenty two people were killed.", 22, 22, "CIV"},
        {"10 000 people were killed.", 10000, 10000, "CIV"},
        {"12.000 people were killed.", 12000, 12000, "CIV"},
        {"1,200 people were killed.", 1200, 1200, "CIV"},
    };
    CHECK(rows);
}

static void spans_and_bounds(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Between two and three dozen people were killed.", 24, 36, "CIV"},
        {"Two to three hundred people were killed.", 200, 300, "CIV"},
        {"Between 90 and one hundred people were killed.", 90, 100, "CIV"},
        {"Twenty-one to twenty-three militants were killed.", 21, 23, "REB"},
        {"Ten or fifteen people were killed.", 10, 15, "CIV"},
        {"Around 10 to 15 fighters were killed.", 10, 15, "REB"},
        {"No more than 40 people were killed.", OPEN, 40, "CIV"},
        {"The strike killed not more than 40 people.", OPEN, 40, "CIV"},
        {"No fewer than 12 people were killed.", 12, OPEN, "CIV"},
        {"Fewer than 40 people were killed.", OPEN, 40, "CIV"},
        {"At most 30 people were killed.", OPEN, 30, "CIV"},
        {"As many as 40 people were killed.", OPEN, 40, "CIV"},
        {"Close to 50 people were killed.", OPEN, 50, "CIV"},
        {"Nearly 50 people were killed.", OPEN, 50, "CIV"},
        {"More than a hundred people were killed.", 100, OPEN, "CIV"},
        {"40 or more people were killed.", 40, OPEN, "CIV"},
        {"Three more soldiers were killed.", 3, 3, "MIL"},
        {"Gunmen killed 5 of the 12 hostages.", 5, 5, ""},
        {"Nineteen out of 40 soldiers were killed.", 19, 19, "MIL"},
    };
    CHECK(rows);
}

static void what_counts_nobody(void **state)
{
    (void)state;
    static const row rows[] = {
        {"In 2025 400 people were killed.", 400, 400, "CIV"},
        {"On November 5 200 people were killed.", 200, 200, "CIV"},
        {"On 5 November 12 people were killed.", 12, 12, "CIV"},
        {"Some 20 km from the border, 12 people were killed.", 12, 12, "CIV"},
        {"A 12-year-old boy was killed.", 1, 1, "CIV"},
        {"The 58-year-old commander was killed.", 1, 1, "MIL"},
        {"Two 12-year-old boys were killed.", 2, 2, "CIV"},
        {"A mother and her two-year-old son were killed.", 2, 2, "CIV"},
        {"A 40-year-old man and his 12 goats were killed.", 1, 1, "CIV"},
        {"Militants killed 12 soldiers and 30 goats.", 12, 12, "MIL"},
        {"Jets struck the camp, killing 23 goats and a herder.", 1, 1, "CIV"},
        {"A three-day battle killed 20 people.", 20, 20, NULL},
        {"A 20-strong patrol was killed.", NOBODY, NOBODY, NULL},
        {"Attacks killed 30 percent more people.", NOBODY, NOBODY, NULL},
        {"Attacks killed 12 percent of the soldiers.", NOBODY, NOBODY, NULL},
        {"One in five of the 40 soldiers was killed.", NOBODY, NOBODY, NULL},
        {"Three quarters of the 40 people on board were killed.", NOBODY, NOBODY, NULL},
        {"Fewer people were killed this year than last.", NOBODY, NOBODY, NULL},
        {"More people were killed in 2024 than in 2023.", NOBODY, NOBODY, NULL},
    };
    CHECK(rows);
}

static void lists_are_added_up(void **state)
{
    (void)state;
    static const row rows[] = {
        {"9 soldiers, 3 policemen, and 2 civilians were killed.", 14, 14, "MIL;COP;CIV"},
        {"The blast killed 9 soldiers, 3 policemen, and 2 civilians.", 14, 14, "MIL;COP;CIV"},
        {"Six soldiers, four policemen and two civilians were killed.", 12, 12, "MIL;COP;CIV"},
        {"Two women, a child, and their driver were killed by a mine.", 4, 4, "CIV"},
        {"A man, his wife and three children were killed.", 5, 5, "CIV"},
        {"A man, his wife and three children died in the attack.", 5, 5, "CIV"},
        {"One hundred and twenty soldiers and 30 militants were killed.", 150, 150, "MIL;REB"},
        {"Ten people, all civilians, were killed.", 10, 10, "CIV"},
        {"10 people -- all civilians -- were killed.", 10, 10, "CIV"},
        {"Twelve people \xe2\x80\x93 mostly women \xe2\x80\x93 were killed in the strike.", 12, 12,
         "CIV"},
        {"Eight children, most of them girls, were killed.", 8, 8, "CIV"},
        {"A dozen people were killed and two dozen wounded.", 12, 12, "CIV"},
    };
    CHECK(rows);
}

/* Places and days of one sentence, and what says in few words who died. */
static void parts_are_added_up(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Soldiers killed 30 fighters in the hills and another 14 near the border.", 44, 44, "REB"},
        {"Seven soldiers were killed in Mali, four in Chad and one in the capital.", 12, 12, "MIL"},
        {"The raids killed eight and five people respectively.", 13, 13, "CIV"},
        {"A landmine killed three soldiers on the road and wounded five at the gate.", 3, 3, "MIL"},
        {"The ambush killed nine soldiers in the pass and 12 civilians fled.", 9, 9, "MIL"},
        {"Both passengers were killed in the strike.", 2, 2, "CIV"},
        {"The raids killed a total of 15 people.", 15, 15, "CIV"},
        {"Three nurses and a doctor were killed in the shelling.", 4, 4, "MED"},
        {"The military said the raid neutralised 25 militants.", 25, 25, "REB"},
        {"A grenade thrown into a tea house killed its owner.", 1, 1, "CIV"},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        dtn_toll toll = {.min = NOBODY, .max = NOBODY};
        for (size_t k = r.n_event; k-- > 0;)
            if (r.events[k].has_toll)
                toll = r.events[k].toll;
        if (!is_same(toll.min, rows[i].least) || !is_same(toll.max, rows[i].most) ||
            strcmp(toll.of, rows[i].of) != 0)
            fail_msg("%s: %g to %g of '%s'", rows[i].text, toll.min, toll.max, toll.of);
    }
    dtn_arena_free(&arena);
}

/* What a figure was before, nobody at all, soldiers lost, and headlines. */
static void figures_of_news(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The toll of the bombing climbed to 61 from 44.", 61, 61, ""},
        {"The death toll from the shelling jumped to 52 from 30.", 52, 52, ""},
        {"The death toll in the bombing rose to 33 from an earlier count of 27.", 33, 33, ""},
        {"The death toll from the raid rose from 16 to 19.", 19, 19, ""},
        {"The number of dead from the raid climbed to 70, up from 65.", 70, 70, ""},
        {"Two soldiers and a civilian were killed.", 3, 3, "MIL;CIV"},
        {"A soldier and a civilian were killed in the blast.", 2, 2, "MIL;CIV"},
        {"A civilian was killed by a mine.", 1, 1, "CIV"},
        {"Car bomb kills 5", 5, 5, ""},
        {"Blast kills 5, wounds 12", 5, 5, ""},
        {"Roadside bomb kills 3 soldiers", 3, 3, "MIL"},
        {"Suicide bombing kills at least 12", 12, OPEN, ""},
        {"A bomb ripped through a market, killing nine people.", 9, 9, "CIV"},
        {"The number of dead from the bombing stands at 40.", 40, 40, ""},
        {"The army lost five soldiers.", 5, 5, "MIL"},
        {"The rebels lost 20 men in the assault.", 20, 20, "REB"},
        {"India lost two soldiers in the clash.", 2, 2, "INDMIL"},
        {"The army lost the soldiers' trust.", NOBODY, NOBODY, NULL},
        {"The army lost 20 soldiers to desertion.", NOBODY, NOBODY, NULL},
        {"The army lost two towns.", NOBODY, NOBODY, NULL},
    };
    CHECK(rows);
}

/* A hyphen for a dash, and who says a headline. */
static void dashes_and_tellers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *by;
        double least, most;
    } rows[] = {
        {"Nine people were killed - officials said.", "GOV", 9, 9},
        {"Nine people were killed in the raid - police said.", "COP", 9, 9},
        {"At least 12 people killed in bomb attack - police", "COP", 12, OPEN},
        {"12 dead in airstrike - army", "MIL", 12, 12},
        {"Twelve killed in raid: police", "COP", 12, 12},
        {"Six soldiers - three of them officers - were killed in an ambush.", "", 6, 6},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = NULL;
        for (size_t k = r.n_event; k-- > 0;)
            if (r.events[k].has_toll)
                e = &r.events[k];
        if (!e || !is_same(e->toll.min, rows[i].least) || !is_same(e->toll.max, rows[i].most) ||
            strcmp(e->speaker, rows[i].by) != 0)
            fail_msg("%s: %g by '%s'", rows[i].text, e ? e->toll.min : NAN, e ? e->speaker : "");
    }
    dtn_arena_free(&arena);
}

static void nobody_is_no_one(void **state)
{
    static const char *const texts[] = {"Not a single civilian was killed.",
                                        "Not one soldier was killed in the raid.",
                                        "Not even a guard was killed."};
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dtn_reading r = read_dated(texts[i], TODAY);
        for (size_t k = 0; k < r.n_event; k++)
            if (r.events[k].has_toll)
                fail_msg("%s: %g", texts[i], r.events[k].toll.min);
    }
    dtn_arena_free(&arena);
}

/* Figures whose verb or whose event stands in another clause or sentence. */
static void figures_that_lean_on_others(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Two bombings hit the town on Monday. Twelve died in the first, nine in the second.", 21,
         21, ""},
        {"Three explosions shook the port on Friday. Five dockers died in the first, two in the third.",
         7, 7, NULL},
        {"The first blast killed 12 people, the second nine.", 21, 21, "CIV"},
        {"One bomb killed six shoppers, a second four.", 10, 10, "CIV"},
        {"One shell killed ten villagers, another eight.", 18, 18, "CIV"},
        {"The raid on Sunday killed five soldiers and that on Tuesday four.", 9, 9, "MIL"},
        {"The morning strike killed 15 fighters, the evening one three.", 18, 18, "REB"},
        {"A car bomb exploded outside the court. Four died on the spot, six later in hospital.", 10,
         10, ""},
        {"The blast killed 12 people, the second deadliest attack in nine years.", 12, 12, "CIV"},
        {"The first raid killed five soldiers, the second wounded nine.", 5, 5, "MIL"},
        {"The shell killed six villagers; another eight were wounded.", 6, 6, "CIV"},
        {"Sixty people have died. A bomb exploded in the market on Monday.", 60, 60, "CIV"},
        {"At least nine people are dead. Militants stormed a hotel in the capital on Tuesday.", 9,
         OPEN, "CIV"},
        {"The death toll has risen to 25. The bomb went off in a crowded hall on Friday.", 25, 25,
         ""},
        {"Four people have died. Gunmen shot three farmers dead on Monday.", 3, 3, "CIV"},
        {"Sixty people have died.", NOBODY, NOBODY, NULL},
        {"Shells hit the town, killing a baker, his apprentice and two dogs.", 2, 2, "CIV"},
        {"Forty people have died. Parliament condemned the raid of 2019.", NOBODY, NOBODY, NULL},
        {"Eighty people have died of cholera. Rebels attacked a clinic on Monday.", NOBODY, NOBODY,
         NULL},
        {"Ten people died when a ferry sank. Rebels attacked a clinic on Monday.", NOBODY, NOBODY,
         NULL},
        {"A flood hit the valley on Monday. Sixty people were killed.", NOBODY, NOBODY, NULL},
        {"Militants attacked a post on Monday. In the north a bus fell into a gorge. Fourteen people "
         "died.",
         NOBODY, NOBODY, NULL},
        {"A bus was attacked by gunmen and fell into a gorge. Fourteen people died.", 14, 14,
         "CIV"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_several_words),    cmocka_unit_test(spans_and_bounds),
        cmocka_unit_test(what_counts_nobody),          cmocka_unit_test(lists_are_added_up),
        cmocka_unit_test(parts_are_added_up),          cmocka_unit_test(figures_of_news),
        cmocka_unit_test(dashes_and_tellers),          cmocka_unit_test(nobody_is_no_one),
        cmocka_unit_test(figures_that_lean_on_others),
    };
    return cmocka_run_group_tests_name("tolls", tests, set_up, tear_down);
}
