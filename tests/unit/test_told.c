/* Events in sentences that tell them and who says so: trees mended by word order, speakers, deaths, dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reader_text.h"

#define TODAY "2026-03-11" /* a Wednesday */

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

/* The event of a trigger's word; fails if there is none. */
static const dtn_event *event_on(const dtn_reading *r, const char *text, const char *trigger)
{
    for (size_t i = 0; i < r->n_event; i++) {
        const dtn_event *e = &r->events[i];
        if (strcmp(r->parsed.sentences[e->sentence].words[e->trigger].form, trigger) == 0)
            return e;
    }
    fail_msg("%s: no event '%s'", text, trigger);
    return NULL;
}

static void who_denies_goes_on_to_say(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger, *by;
        dtn_modality modality;
    } rows[] = {
        {"Ankara denied that any fighters died and said nine civilians were killed.", "died",
         "TURGOV", DTN_DENIED},
        {"Ankara denied that any fighters died and said nine civilians were killed.", "killed",
         "TURGOV", DTN_REPORTED},
        {"Delhi denied that any soldiers were captured and said eleven militants were killed.",
         "captured", "INDGOV", DTN_DENIED},
        {"Delhi denied that any soldiers were captured and said eleven militants were killed.",
         "killed", "INDGOV", DTN_REPORTED},
        {"The army rejected claims that civilians had died and said that fourteen rebels were "
         "killed.",
         "killed", "MIL", DTN_REPORTED},
        {"Tehran denied that it had closed the crossing and accused Ankara of shelling two "
         "villages.",
         "accused", "", DTN_ASSERTED},
        {"Russia denies that it bombed the port and says four soldiers were killed.", "bombed",
         "RUS", DTN_DENIED},
        {"Russia denies that it bombed the port and says four soldiers were killed.", "killed",
         "RUS", DTN_REPORTED},
        /* here the militants may be who claims */
        {"The army said militants attacked a post and claimed victory.", "attacked", "MIL",
         DTN_REPORTED},
        {"As the interior ministry reported, gunmen killed three teachers.", "killed", "GOV",
         DTN_REPORTED},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        if (strcmp(e->speaker, rows[i].by) != 0 || e->modality != rows[i].modality)
            fail_msg("%s: %s is %s by '%s'", rows[i].text, rows[i].trigger,
                     dtn_modality_name(e->modality), e->speaker);
    }
    dtn_arena_free(&arena);
}

static void reports_are_reported(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger;
        dtn_modality modality;
    } rows[] = {
        {"Reports that 200 militants had been killed could not be verified.", "killed",
         DTN_REPORTED},
        {"Did the army shell the village?", "shell", DTN_HYPOTHETICAL},
        {"India rejected the demand, insisting that its guards had not fired.", "fired",
         DTN_DENIED},
        {"The army denied the report, saying that rebels had shelled two villages.", "shelled",
         DTN_REPORTED},
        {"Why did the army shell the village?", "shell", DTN_ASSERTED},
        {"Claims that the army had shelled two villages could not be independently confirmed.",
         "shelled", DTN_REPORTED},
        {"Allegations that Indian agents bombed the convoy were not verified.", "bombed",
         DTN_REPORTED},
        {"Reports of airstrikes in the valley could not be verified.", "airstrikes", DTN_REPORTED},
        {"Accounts that forty soldiers were captured could not be checked.", "captured",
         DTN_REPORTED},
        {"The army rejected reports that militants killed six policemen.", "killed", DTN_DENIED},
        {"The accusation that the army shelled two villages was rejected by the ministry.",
         "shelled", DTN_DENIED},
        {"The report that rebels shelled two villages was confirmed by the ministry.", "shelled",
         DTN_REPORTED},
        {"Rumours that rebels had attacked the town could not be verified.", "attacked",
         DTN_HYPOTHETICAL},
        {"Evidence that the army shelled two villages was published on Sunday.", "shelled",
         DTN_ASSERTED},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        if (e->modality != rows[i].modality)
            fail_msg("%s: %s", rows[i].text, dtn_modality_name(e->modality));
    }
    dtn_arena_free(&arena);
}

static void parts_between_commas_count_nobody(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger, *source;
        double dead; /* NaN: none told */
    } rows[] = {
        {"Ankara said nine civilians, among them three children, were killed in the strike.",
         "killed", "", 9},
        {"Three soldiers killed in ambush", "killed", "", 3},
        {"Army: 3 soldiers killed", "killed", "", 3},
        {"Thirty rebels were killed on 5 March, said the ministry.", "killed", "", 30},
        {"Thirty rebels were killed on 5 March, police said.", "killed", "", 30},
        {"Delhi denied that any fighters died and said nine civilians, among them three children, "
         "were killed.",
         "killed", "", 9},
        {"Police said five traders, two of them brothers, were killed by a mortar shell.", "killed",
         "", 5},
        {"Officials said 14 people, most of them women, died in the raid.", "raid", "", 14},
        {"Ankara said seven militants, among them a commander, were killed in the raid.", "killed",
         "", 7},
        {"Nine civilians, among them three children, were killed in the strike.", "killed", "", 9},
        {"The airstrike killed ten people, among them four children.", "killed", "", 10},
        {"The strike killed nine civilians, including three children, and wounded twelve.",
         "killed", "", 9},
        {"Rebels stormed a checkpoint; four policemen died.", "stormed", "REB", 4},
        {"Turkish jets bombed a village; nine civilians perished.", "bombed", "TURMIL", 9},
        {"Gunmen fired on a convoy: three drivers died.", "fired", "REB", 3},
        {"Militants attacked a post; two soldiers died of cholera.", "attacked", "REB", NAN},
        {"The army shelled the port; in 2024, forty people died in floods.", "shelled", "MIL", NAN},
        {"According to the interior ministry, the attackers killed 23 people on 3 March.", "killed",
         "REB", 23},
        {"Ankara dismissed reports that its jets had killed nine civilians and said nothing more.",
         "killed", "TURMIL", 9},
        {"Indian police said two gunmen, one of them a foreigner, were shot dead on Tuesday.",
         "shot", "", 2},
        {"According to the army, the raiders killed four villagers, and many fled.", "killed",
         "REB", 4},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        const double dead = e->has_toll ? e->toll.min : NAN;
        const bool is_right =
            isnan(rows[i].dead) ? !e->has_toll : dead == rows[i].dead && e->toll.max == dead;
        if (!is_right || strcmp(e->source, rows[i].source) != 0)
            fail_msg("%s: %g dead by '%s'", rows[i].text, dead, e->source);
    }
    dtn_arena_free(&arena);
}

/* Who says it last is not whom it was done to, and what stands first is when it was done. */
static void tellers_come_last(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger, *source, *by, *date;
    } rows[] = {
        {"Turkish jets struck two camps in the valley on Monday, the army said.", "struck",
         "TURMIL", "TURMIL", "2026-03-09"},
        {"On Monday, Turkish jets struck two camps in the valley, the army said.", "struck",
         "TURMIL", "TURMIL", "2026-03-09"},
        {"Last week, Indian border guards shot dead three soldiers, the army said.", "shot",
         "INDMIL", "INDMIL", "2026-03-02/2026-03-08"},
        {"On 5 March, Turkish drones hit a house in the port, Tehran said.", "hit", "TURMIL",
         "IRNGOV", "2026-03-05"},
        {"Turkish forces killed 30 rebels on Monday, said the Indian defence ministry.", "killed",
         "TURMIL", "INDGOV", "2026-03-09"},
        {"Indian forces seized two outposts on Saturday, Delhi said.", "seized", "INDMIL", "INDGOV",
         "2026-03-07"},
        {"In the night to Sunday, gunmen stormed a police station, officials said.", "stormed",
         "REB", "GOV", "2026-03-08"},
        {"Turkish warplanes bombed a depot, killing six fighters, the defence ministry said.",
         "bombed", "TURMIL", "GOV", ""},
        /* when it was said is not when it was done */
        {"Rebels attacked two posts near the port, Ankara said on Sunday.", "attacked", "REB",
         "TURGOV", ""},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        if (strcmp(e->source, rows[i].source) != 0 || strcmp(e->speaker, rows[i].by) != 0 ||
            strcmp(e->date, rows[i].date) != 0)
            fail_msg("%s: source '%s', target '%s', by '%s', date '%s'", rows[i].text, e->source,
                     e->target, e->speaker, e->date);
        if (strcmp(e->target, rows[i].by) == 0)
            fail_msg("%s: done to who tells of it", rows[i].text);
    }
    dtn_arena_free(&arena);
}

/* Dates as newspapers write them, of the past unless it is to come. */
static void dates_of_newspapers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger, *date;
    } rows[] = {
        {"Turkey bombed the port on Thursday, 26 February 2026.", "bombed", "2026-02-26"},
        {"Turkey bombed the port on Friday, February 27.", "bombed", "2026-02-27"},
        {"Turkey bombed the port on Friday night (Feb 27).", "bombed", "2026-02-27"},
        {"Rebels attacked the post on the night of Monday, 2 March.", "attacked", "2026-03-02"},
        {"Drones struck the port on Monday, Oct. 13, 2025, the army said.", "struck", "2025-10-13"},
        {"Turkey has bombed the port since February.", "bombed", "2026-02-01/2026-03-11"},
        {"Since 5 March, Turkey has bombed the port.", "bombed", "2026-03-05/2026-03-11"},
        {"Gunmen have killed nine people since Monday.", "killed", "2026-03-09/2026-03-11"},
        {"Nine people were killed after 5 March.", "killed", "2026-03-06/2026-03-11"},
        {"Nine people were killed by 5 March.", "killed", "../2026-03-05"},
        {"Turkey bombed the port before 5 March.", "bombed", "../2026-03-04"},
        {"By Tuesday evening 12 people had been killed.", "killed", "../2026-03-10"},
        {"Turkey will withdraw its troops by 20 March.", "withdraw", "2026-03-11/2026-03-20"},
        {"The truce must be signed before Sunday.", "signed", "2026-03-11/2026-03-14"},
        {"Turkey bombed the port in December.", "bombed", "2025-12-01/2025-12-31"},
        {"Turkey bombed the port in April.", "bombed", "2025-04-01/2025-04-30"},
        {"Nine people were killed in an attack in April.", "killed", "2025-04-01/2025-04-30"},
        {"Turkey will bomb the port in April.", "bomb", "2026-04-01/2026-04-30"},
        {"Gunmen killed nine people on 12 March.", "killed", "2026-03-12"}, /* clocks differ */
        {"Turkey will bomb the port next Monday.", "bomb", "2026-03-16"},
        {"The two sides will hold talks on Monday.", "hold", "2026-03-16"},
        {"The two sides will hold talks on 3 July.", "hold", "2026-07-03"},
        {"Rebels attacked the port from 5 March to 8 March.", "attacked", "2026-03-05/2026-03-08"},
        {"Rebels attacked the port between February 26 and March 3.", "attacked",
         "2026-02-26/2026-03-03"},
        {"Rebels attacked the port from 28 December to 3 January 2025.", "attacked",
         "2024-12-28/2025-01-03"},
        {"Police killed three people on Monday and four on Tuesday.", "killed",
         "2026-03-09/2026-03-10"},
        {"Five years after the massacre, nobody was tried.", "massacre", "2021-01-01/2021-12-31"},
        {"Thursday marks the tenth anniversary of the bombing that killed 38.", "killed",
         "2016-01-01/2016-12-31"},
        {"Nine people were killed between Sunday and Tuesday.", "killed", "2026-03-08/2026-03-10"},
        {"Ten years ago today, rebels killed nine farmers.", "killed", "2016-03-11"},
        {"Rebels killed nine farmers a decade ago.", "killed", "2016-01-01/2016-12-31"},
        {"Rebels killed nine farmers fifteen years ago.", "killed", "2011-01-01/2011-12-31"},
        {"On Monday last week rebels attacked the port.", "attacked", "2026-03-02"},
        {"Rebels attacked the port on Tuesday of last week.", "attacked", "2026-03-03"},
        {"Rebels attacked the port last week on Friday.", "attacked", "2026-03-06"},
        {"Rebels attacked the port last week.", "attacked", "2026-03-02/2026-03-08"},
        {"Since Monday rebels have attacked four posts.", "attacked", "2026-03-09/2026-03-11"},
        {"Since Monday, nine people have been killed.", "killed", "2026-03-09/2026-03-11"},
        {"Rebels attacked the port the Monday before.", "attacked", "2026-03-02"},
        {"Rebels attacked the port on the Monday before last.", "attacked", "2026-03-02"},
        {"Rebels attacked the port on Feb 11-12.", "attacked", "2026-02-11/2026-02-12"},
        {"A soldier killed by a sniper was buried on Friday.", "killed", ""},
        {"A soldier killed by a sniper on Friday was buried.", "killed", "2026-03-06"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        if (strcmp(e->date, rows[i].date) != 0)
            fail_msg("%s: '%s'", rows[i].text, e->date);
    }
    dtn_arena_free(&arena);
}

/* Who is accused is said to have done it, by who accuses. */
static void accused_did_it_by_report(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger, *source, *by;
    } rows[] = {
        {"Tehran accused Ankara of shelling two villages.", "shelling", "TURGOV", "IRNGOV"},
        {"Delhi accused militants of attacking a convoy on Sunday.", "attacking", "REB", "INDGOV"},
        {"The army blamed separatists for bombing the railway.", "bombing", "REB", "MIL"},
        {"Ankara accused Tehran of violating the truce.", "violating", "IRNGOV", "TURGOV"},
        {"The police accused rebels of killing two teachers.", "killing", "REB", "COP"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        if (strcmp(e->source, rows[i].source) != 0 || strcmp(e->speaker, rows[i].by) != 0 ||
            e->modality != DTN_REPORTED)
            fail_msg("%s: '%s', %s by '%s'", rows[i].text, e->source,
                     dtn_modality_name(e->modality), e->speaker);
    }
    dtn_arena_free(&arena);
}

/* Who did it: not who tries, accuses, backs or tells; whose people they were, nobody says. */
static void doers_and_sufferers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *trigger, *source, *target; /* NULL: whoever */
    } rows[] = {
        {"A court jailed two soldiers for killing a farmer.", "killing", "MIL", "CIV"},
        {"A Turkish court jailed three Iranian agents for murdering a dissident.", "murdering",
         "IRN", NULL},
        {"The tribunal convicted the general of killing 40 villagers.", "killing", "MIL", "CIV"},
        {"India accused Iran of backing the gunmen who killed 26 tourists.", "killed", "REB",
         "CIV"},
        {"The army accused the neighbour of arming the rebels who killed nine policemen.", "killed",
         "REB", "COP"},
        {"The minister praised the soldiers who killed the gunmen.", "killed", "MIL", "REB"},
        {"The group fired on ships after Israel bombed the port.", "fired", "", NULL},
        {"The rebels attacked a base after Turkey bombed the port.", "attacked", "REB", NULL},
        {"\"We killed 12 Turkish soldiers,\" the rebels said.", "killed", "REB", "TURMIL"},
        {"The rebels said: \"We killed 12 Turkish soldiers.\"", "killed", "REB", "TURMIL"},
        {"\"Our fighters killed nine policemen,\" the rebels said.", "killed", "REB", "COP"},
        {"Seven soldiers embraced martyrdom while repelling an attack on the post.", "embraced", "",
         "MIL"},
        {"A mine left over from the Soviet war killed three children.", "killed", "", "CIV"},
        {"An old Russian landmine killed a farmer.", "killed", "", "CIV"},
        {"A Russian missile killed a farmer.", "killed", "RUS", "CIV"},
        {"Forty villagers were killed by rebels backed by Rwanda.", "killed", "REB", "CIV"},
        {"Rwanda-backed rebels killed 40 villagers.", "killed", "REB", "CIV"},
        {"Some 1,200 Israelis were killed and 251 taken hostage.", "taken", "", "ISR"},
        {"The raid killed 12 people, India's army said.", "killed", "", "CIV"},
        {"The strikes killed 46 civilians, the Turkish government's spokesman said.", "killed", "",
         "CIV"},
        {"Iran's ambassador condemned the attack that killed nine pilgrims.", "killed", "", "CIV"},
        {"Nine Iranian soldiers were killed, Turkey's army said.", "killed", "", "IRNMIL"},
        {"An airstrike blamed on Turkey hit a clinic on Monday.", "airstrike", "TUR", NULL},
        {"Nine policemen died in an attack on a post for which the rebels claimed responsibility.",
         "attack", "REB", "COP"},
        {"The Indian navy sank two boats off the coast.", "sank", "INDMIL", NULL},
        {"India froze the accounts of Iran.", "froze", "IND", "IRN"},
        {"Two policemen were taken prisoner by rebels.", "taken", "REB", "COP"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_event *e = event_on(&r, rows[i].text, rows[i].trigger);
        if (strcmp(e->source, rows[i].source) != 0 ||
            (rows[i].target && strcmp(e->target, rows[i].target) != 0))
            fail_msg("%s: '%s' to '%s'", rows[i].text, e->source, e->target);
    }
    dtn_arena_free(&arena);
}

static void verbs_like_nouns_are_verbs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        bool negated;
    } rows[] = {
        {"Mediation fails to build trust.", "trust", true},
        {"Diplomacy fails to reduce attacks.", "attacks", true},
        {"Dialogue fails to stop the raids.", "raids", true},
        {"Repression fails to weaken militants.", "militants", true},
        {"Trade fails to lower tensions.", "tensions", true},
        {"Talks fail to build trust.", "trust", true},
        {"Mediation helps to build trust.", "trust", false},
    };
    static const struct {
        const char *text;
        size_t n;
        const char *second; /* its first word */
    } acts[] = {
        {"Ankara should stop the airstrikes and resume talks through Rome.", 2, "resume"},
        {"Ankara should stop the airstrikes and begin talks.", 2, "begin"},
        {"Delhi should disarm the militants and open talks with Tehran.", 2, "open"},
        {"Both sides should end the shelling and resume trade.", 2, "resume"},
        {"Russia must halt the deportations and restart talks with Ankara.", 2, "restart"},
        {"The government should lift the closure and the ban.", 1, NULL},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_dated(rows[i].text, TODAY);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || c->negated != rows[i].negated)
            fail_msg("%s: %s", rows[i].text, c ? "denied or not" : "no claim");
    }
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        const dtn_reading r = read_dated(acts[i].text, TODAY);
        if (r.n_advice != acts[i].n)
            fail_msg("%s: %zu recommendations", acts[i].text, r.n_advice);
        const dtn_word *w = r.parsed.sentences[0].words;
        if (acts[i].second)
            assert_string_equal(w[r.advice[1].words.begin].form, acts[i].second);
    }
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_denies_goes_on_to_say),
        cmocka_unit_test(reports_are_reported),
        cmocka_unit_test(parts_between_commas_count_nobody),
        cmocka_unit_test(tellers_come_last),
        cmocka_unit_test(dates_of_newspapers),
        cmocka_unit_test(accused_did_it_by_report),
        cmocka_unit_test(doers_and_sufferers),
        cmocka_unit_test(verbs_like_nouns_are_verbs),
    };
    return cmocka_run_group_tests_name("told", tests, set_up, tear_down);
}
