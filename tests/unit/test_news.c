/* Who did what to whom in plain sentences of news: terse headlines, blame, denials, and what is nobody's deed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2026-03-11"

typedef struct row {
    const char *text, *trigger, *source, *target, *by; /* NULL: not asked */
    dtn_modality modality;
} row;

static void check(const row *rows, size_t n)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < n; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = NULL;
        for (size_t k = 0; k < r.n_event && !e; k++) {
            const dtn_event *x = &r.events[k];
            if (strcmp(r.parsed.sentences[x->sentence].words[x->trigger].form, rows[i].trigger) ==
                0)
                e = x;
        }
        if (!e)
            fail_msg("%s: no event '%s'", rows[i].text, rows[i].trigger);
        else if ((rows[i].source && strcmp(e->source, rows[i].source) != 0) ||
                 (rows[i].target && strcmp(e->target, rows[i].target) != 0) ||
                 (rows[i].by && strcmp(e->speaker, rows[i].by) != 0) ||
                 e->modality != rows[i].modality)
            fail_msg("%s: '%s' to '%s', %s by '%s'", rows[i].text, e->source, e->target,
                     dtn_modality_name(e->modality), e->speaker);
    }
    dtn_arena_free(&arena);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

/* A state that is named beside what was done to others, before or after, did not do it. */
static void what_went_before_is_anothers(void **state)
{
    (void)state;
    static const row rows[] = {
        {"After 12 soldiers were killed, India struck Tehran.", "struck", "IND", "IRN", "",
         DTN_ASSERTED},
        {"After 12 soldiers were killed, India struck Tehran.", "killed", "", "MIL", "",
         DTN_ASSERTED},
        {"Turkey struck Tehran after 12 soldiers were killed.", "killed", "", "MIL", "",
         DTN_ASSERTED},
        {"Turkey struck Tehran after 12 soldiers were killed.", "struck", "TUR", "IRN", "",
         DTN_ASSERTED},
        {"Turkey struck the camps after militants killed 26 tourists.", "killed", "REB", "CIV", "",
         DTN_ASSERTED},
        {"The strike, in which 10 civilians died, was condemned by Tehran.", "strike", "", "CIV",
         "", DTN_ASSERTED},
        {"Tehran condemned the strike by Turkey that killed 10 civilians.", "killed", "TUR", "CIV",
         "", DTN_ASSERTED},
        {"Tehran condemned the bombing which killed 12.", "killed", "", "", "", DTN_ASSERTED},
        {"Turkey, not Iran, attacked the camp.", "attacked", "TUR", NULL, "", DTN_ASSERTED},
        {"12 militants, not civilians, were killed.", "killed", "", "REB", "", DTN_ASSERTED},
        {"Five soldiers were killed 12 kilometres from Tehran.", "killed", "", "MIL", "",
         DTN_ASSERTED},
        {"Five soldiers were killed near the Turkish border.", "killed", "", NULL, "",
         DTN_ASSERTED},
        {"Turkey and Iran signed a trade agreement in New Delhi.", "signed", "TUR;IRN", "", "",
         DTN_ASSERTED},
    };
    CHECK(rows);
}

static void blamed_did_it_by_report(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The attack was blamed on India by Turkey.", "attack", "IND", "", "TUR", DTN_REPORTED},
        {"The bombing was blamed on militants.", "bombing", "REB", "", "", DTN_REPORTED},
        {"Turkey's army was accused by Iran of shelling two villages.", "shelling", "TURMIL", NULL,
         "IRN", DTN_REPORTED},
        {"Turkey blamed the attack on Iran.", "attack", "IRN", "", "TUR", DTN_REPORTED},
        {"Tehran blast: rebel faction claims responsibility", "blast", "REB", "", "REB",
         DTN_REPORTED},
    };
    CHECK(rows);
}

/* Where a blast was is not whose it was; a state's own strikes are. */
static void headlines_name_the_place(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Tehran attack kills 10.", "kills", "", "", "", DTN_ASSERTED},
        {"Islamabad bombing kills 12.", "kills", "", "", "", DTN_ASSERTED},
        {"Turkey bombing kills 30.", "kills", "", "", "", DTN_ASSERTED},
        {"12 killed in Ankara blast", "killed", "", "", "", DTN_ASSERTED},
        {"Kabul blast kills 4", "kills", "", "", "", DTN_ASSERTED},
        {"Kabul market explosion injures 20.", "injures", "", "", "", DTN_ASSERTED},
        {"Turkish airstrikes kill 10.", "kill", "TUR", "", "", DTN_ASSERTED},
        {"Turkey attack on Iran kills 12.", "kills", "TUR", "IRN", "", DTN_ASSERTED},
        {"Turkey army says 30 militants killed near border", "killed", "", "REB", "TURMIL",
         DTN_REPORTED},
        {"Turkish drones killed, according to Tehran, 10 civilians in the port.", "killed",
         "TURMIL", "CIV", "IRNGOV", DTN_REPORTED},
        {"ISLAMABAD, Oct 14 (Agency) - Turkish jets struck the port, killing 12 civilians.",
         "struck", "TURMIL", "CIV", "", DTN_ASSERTED},
    };
    CHECK(rows);
}

/* Who people are: no citizens of the state that they are called after, no officers because of an adjective, nobody's of those who
 * back or own them. */
static void whose_people_are(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Iran's ambassador condemned the attack that killed nine pilgrims.", "killed", "", "CIV",
         "", DTN_ASSERTED},
        {"Turkish intelligence foiled a plot to bomb the station.", "bomb", "", "", "", DTN_DENIED},
        {"Officials dismissed rumours of an attack on the dam.", "attack", "", "", "", DTN_DENIED},
        {"Turkey condemned the bombing of a hospital.", "bombing", "", "MED", "", DTN_ASSERTED},
        {"The general ruled out an invasion of Iran.", "invasion", "", "IRN", "", DTN_DENIED},
        {"Ethnic Turks attacked a post near the border.", "attacked", "CIV", "", "", DTN_ASSERTED},
        {"Ethnic Albanian guerrillas attacked a convoy.", "attacked", "REB", "", "", DTN_ASSERTED},
        {"Turkey launched a major offensive.", "launched", "TUR", "", "", DTN_ASSERTED},
        {"Turkey lodged an official protest with Iran.", "lodged", "TUR", "IRN", "", DTN_ASSERTED},
        {"Rebels killed the deputy chief of a militia.", "killed", "REB", "", "", DTN_ASSERTED},
        {"The envoy urged the parties to the conflict to stop the shelling.", "urged", "GOV", "",
         "", DTN_ASSERTED},
        {"NATO-member Norway attacked the camp.", "attacked", "NOR", "", "", DTN_ASSERTED},
        {"Russian-made rockets hit the town.", "hit", "", "", "", DTN_ASSERTED},
        {"A German-owned newspaper accused the rebels.", "accused", "JRN", "REB", "", DTN_ASSERTED},
        {"Supporters of the president attacked a post.", "attacked", "OPP", "", "", DTN_ASSERTED},
        {"The al-Qaeda leaders attacked a post.", "attacked", "ALQ", "", "", DTN_ASSERTED},
        {"The Democratic People's Republic of Korea attacked a ship.", "attacked", "PRK", "", "",
         DTN_ASSERTED},
        {"The general ruled out an attack on Iran.", "ruled", "MIL", "IRN", "", DTN_ASSERTED},
        {"The general ruled out an invasion of Iran.", "ruled", "MIL", NULL, "", DTN_ASSERTED},
    };
    CHECK(rows);
}

/* Who is sent or owned is nobody that it is done to; whose capital somebody arrives in is. */
static void who_is_sent_suffers_nothing(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Turkey offered its troops to Iran.", "offered", "TUR", "IRN", "", DTN_ASSERTED},
        {"Turkey strengthened its forces in Iraq.", "strengthened", "TUR", "IRQ", "", DTN_ASSERTED},
        {"The president of Iran arrived in Ankara.", "arrived", "IRNGOV", "TUR", "", DTN_ASSERTED},
        {"Turkey continued to send arms to Iran.", "send", "TUR", "IRN", "", DTN_ASSERTED},
    };
    CHECK(rows);
}

static void nobodys_deeds(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Afghan earthquake kills 2,200.",
        "Pakistan floods kill 900.",
        "Covid killed 30,000 people in Iran.",
        "Lightning strikes kill 14 in Punjab",
        "A stampede killed 12 pilgrims.",
        "Twelve people were killed in floods in Sindh.",
        "India beat Turkey by 39 runs",
        "India thrashed Iran in the final.",
        "A house fire kills 4.",
        "House fire kills 4 in Lahore",
        "Five died in a fire at a factory.",
        "A gas explosion killed nine miners.",
        "Four people were killed when a bus plunged into a ravine, police said.",
    };
    static const row rows[] = {
        {"A flood of rockets killed 12 people.", "killed", "", "CIV", "", DTN_ASSERTED},
        {"Police beat protesters in the capital.", "beat", "COP", "OPP", "", DTN_ASSERTED},
        {"Artillery fire killed four soldiers.", "killed", "MIL", NULL, "", DTN_ASSERTED},
        {"Fire from the ridge killed two soldiers.", "killed", "", "MIL", "", DTN_ASSERTED},
        {"Six soldiers were killed when their helicopter was shot down.", "killed", "", "MIL", "",
         DTN_ASSERTED},
        {"Six children died when the roof fell in during the shelling.", "shelling", NULL, NULL, "",
         DTN_ASSERTED},
    };
    static const char *const strikes[] = {"Nurses strike in Lahore over pay",
                                          "Doctors' strike enters third week",
                                          "Teachers struck over pay in Kabul."};
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dtn_reading r = read_dated(texts[i], TODAY);
        if (r.n_event)
            fail_msg("%s: %s", texts[i], r.events[0].type);
    }
    for (size_t i = 0; i < sizeof strikes / sizeof *strikes; i++) {
        const dtn_reading r = read_dated(strikes[i], TODAY);
        if (r.n_event != 1 || strcmp(r.events[0].type, "PROTEST") != 0)
            fail_msg("%s: %s", strikes[i], r.n_event ? r.events[0].type : "none");
    }
    dtn_arena_free(&arena);
    CHECK(rows);
}

static void denied_feared_alleged(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The minister said that a raid would be met with strikes.", "strikes", NULL, NULL, "GOV",
         DTN_HYPOTHETICAL},
        {"Turkey is expected to send envoys to Iran for a second round of talks.", "talks", NULL,
         NULL, "", DTN_HYPOTHETICAL},
        {"The minister insisted on a withdrawal.", "insisted", "GOV", "", "", DTN_ASSERTED},
        {"Tehran denies sheltering the rebels.", "sheltering", "IRNGOV", NULL, "IRNGOV",
         DTN_DENIED},
        {"Islamabad denies bombing the port.", "bombing", "PAKGOV", NULL, "PAKGOV", DTN_DENIED},
        {"Rebels deny attack", "attack", "", "", NULL, DTN_DENIED},
        {"Turkey allegedly bombed Tehran.", "bombed", "TUR", "IRN", "", DTN_REPORTED},
        {"India reportedly shelled the village.", "shelled", "IND", NULL, "", DTN_REPORTED},
        {"Perhaps militants attacked the post.", "attacked", "REB", NULL, "", DTN_HYPOTHETICAL},
        {"Hundreds were feared dead after the raid.", "raid", "", NULL, "", DTN_HYPOTHETICAL},
        {"Turkey was about to bomb Tehran.", "bomb", "TUR", NULL, "", DTN_HYPOTHETICAL},
        {"Turkey is about to bomb Tehran.", "bomb", "TUR", NULL, "", DTN_FUTURE},
        {"India was on the verge of attacking Iran.", "attacking", "IND", "IRN", "",
         DTN_HYPOTHETICAL},
        {"Roe said on X that Turkey had killed ten people.", "killed", "TUR", "CIV", "",
         DTN_REPORTED},
        {"Ankara said on Sunday that Iran had bombed the port.", "bombed", "IRN", NULL, "TURGOV",
         DTN_REPORTED},
        {"Bombing Tehran would be a mistake.", "Bombing", "", NULL, "", DTN_HYPOTHETICAL},
        {"An attack on Tehran would be a mistake.", "attack", "", NULL, "", DTN_HYPOTHETICAL},
        {"Both sides must stop the strikes.", "strikes", NULL, NULL, "", DTN_HYPOTHETICAL},
        {"A deal could stop the strikes.", "strikes", NULL, NULL, "", DTN_ASSERTED},
        {"Nearly 40 people were killed.", "killed", "", "CIV", "", DTN_ASSERTED},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_before_is_anothers),
        cmocka_unit_test(blamed_did_it_by_report),
        cmocka_unit_test(headlines_name_the_place),
        cmocka_unit_test(nobodys_deeds),
        cmocka_unit_test(whose_people_are),
        cmocka_unit_test(who_is_sent_suffers_nothing),
        cmocka_unit_test(denied_feared_alleged),
    };
    return cmocka_run_group_tests_name("news", tests, set_up, tear_down);
}
