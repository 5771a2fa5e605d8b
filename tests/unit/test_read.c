/* The reader: rule examples, signs, negation, hedges, speakers, vocabulary, spans, batches, weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/same.h"
#include "views/views.h"
#include "reader_text.h"

static void signs_multiply(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        int sign;
    } rows[] = {
        {"The strikes increased the violence.", "violence", 1},
        {"The ceasefire reduced the violence.", "violence", -1},
        {"Lower prices reduced the unrest.", "unrest", 1},
        {"The drought led to a decline in harvests.", "harvests", -1},
        {"Unemployment leads to protests.", "protests", 1},
        {"As prices decline, wages follow suit.", "wages", 1},
        {"The reform caused prices to fall.", "prices", -1},
        {"Unless wages rise, strikes will spread.", "strikes", -1},
        {"The more goods cross the border, the fewer shots are fired.", "shots", -1},
        {"The siege deprived the town of water.", "water", -1},
        {"The truce has lowered tensions along the river.", "tensions", -1},
        {"Shared markets give both towns a reason to stop.", "reason", 1},
        {"The shortages of fuel led to protests.", "protests",
         1}, /* states and events are what acts */
        {"The loss of the bridge reduced trade.", "trade", -1},
        {"The talks collapsed because the army shelled villages.", "collapsed", 1},
        {"Wages fell because the army shelled villages.", "fell", -1},
        {"If the talks collapse, violence will grow.", "grow", 1}, /* in conditions, too */
        {"Unless donors come, the festival drops its matinee.", "matinee", -1},
        {"Because no judge was available, the trial was postponed.", "trial", 1},
        {"Because rations were cut, sailors deserted.", "deserted", -1},
        {"Without rehearsals, the play would not succeed.", "succeed", 1},
        {"The blockade emptied the pumps and forced schools to shut.", "pumps", -1},
        {"The blockade emptied the pumps and forced schools to shut.", "schools", 1},
        {"The raids threaten the trade.", "trade", -1}, /* turned by what it acts on */
        {"The raids threaten a new war.", "war", 1},
        {"The strikes have cost many lives.", "lives", -1},
        {"The strikes have cost many jobs.", "jobs", -1},
        {"The truce has saved many lives.", "lives", 1},
        {"The closure put pressure on those few who trade.", "few", -1},
        {"The slump has cost many jobs.", "jobs", -1},
        {"The attack left the village without water.", "water", -1},
        {"The announcement sent prices soaring.", "prices", 1},
        {"The truce spared the town another winter of shelling.", "winter", -1},
        {"The killing drove the two clans apart.", "clans", -1},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || c->sign != rows[i].sign)
            fail_msg("%s: sign %d, expected %d", rows[i].text, c ? c->sign : 9, rows[i].sign);
    }
    dtn_arena_free(&arena);
}

static void figures_are_driven_by_nothing(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text("The closure reduced trade and the storm killed 20.");
    assert_non_null(claim_on(&r, "trade"));
    for (size_t i = 0; i < r.n_claim; i++)
        assert_string_not_equal(
            dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[0], r.claims[i].effect_words),
            "20");
    dtn_arena_free(&arena);
}

static void operators_are_seen(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    dtn_reading r = read_text("The raid did not cause the protests.");
    const dtn_claim *c = claim_on(&r, "protests");
    assert_non_null(c);
    assert_true(c->negated);
    r = read_text("The closure may provoke unrest.");
    c = claim_on(&r, "unrest");
    assert_non_null(c);
    assert_int_equal(c->n_hedge, 1);
    assert_string_equal(c->hedges[0], "may");
    r = read_text("The minister said the closure caused protests.");
    c = claim_on(&r, "protests");
    assert_non_null(c);
    assert_non_null(c->attributed_to);
    assert_string_equal(c->attributed_to, "minister");
    r = read_text("The closure will cause protests.");
    c = claim_on(&r, "protests");
    assert_non_null(c);
    assert_int_equal(c->mode, DTN_PREDICTIVE);
    r = read_text("The government should reopen the border.");
    assert_int_equal(r.n_advice, 1);
    assert_int_equal(r.advice[0].direction, 1);
    r = read_text("The government should stop the raids.");
    assert_int_equal(r.n_advice, 1);
    assert_int_equal(r.advice[0].direction, -1);
    c = claim_on(&r, "raids");
    assert_true(!c || c->probability <= 0); /* who should stop them is no cause */
    r = read_text("Northland must stop.");
    assert_int_equal(r.n_advice, 1);
    assert_int_equal(r.advice[0].direction, -1);
    dtn_arena_free(&arena);
}

/* What denies a claim, and what only seems to. */
static void denials_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        bool negated;
    } rows[] = {
        {"The raid failed to reduce the violence.", "violence", true},
        {"The sanctions did little to weaken the regime.", "regime", true},
        {"The sanctions have yet to weaken the regime.", "regime", true},
        {"There is no sign that the sanctions weakened the regime.", "regime", true},
        {"There is no evidence that the closure has reduced smuggling.", "smuggling", true},
        {"Rather than calming the town, the curfew provoked riots.", "riots", false},
        {"Neither the fence nor the patrols reduced smuggling.", "smuggling", true},
        {"The ministry rejects the claim that the patrols provoke attacks.", "attacks", true},
        {"The patrols no longer deter smugglers.", "smugglers", true},
        {"It is wrong to say that poverty causes crime.", "crime", true},
        {"The strikes not only caused anger.", "anger", false},
        {"The embargo did nothing to weaken the regime, but it ruined the traders.", "traders",
         false},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || c->negated != rows[i].negated)
            fail_msg("%s: negated %d, expected %d", rows[i].text, c ? c->negated : 9,
                     rows[i].negated);
    }
    const dtn_reading less = read_text("The anger stems less from poverty than from raids.");
    bool is_found[2] = {false, false};
    for (size_t i = 0; i < less.n_claim; i++) {
        const char *cause = less.parsed.sentences[0].words[less.claims[i].cause].form;
        if (strcmp(less.claims[i].rule->name, "stem-from") == 0) {
            const bool is_poverty = strcmp(cause, "poverty") == 0;
            is_found[is_poverty] = true;
            assert_int_equal(less.claims[i].negated, is_poverty);
            assert_int_equal(less.claims[i].sign, 1);
        }
    }
    assert_true(is_found[1]);
    const dtn_reading r = read_text("The curfew creates resentment, not security.");
    bool is_denied = false;
    for (size_t i = 0; i < r.n_claim; i++)
        is_denied |= r.claims[i].is_member && r.claims[i].negated &&
                     strcmp(r.parsed.sentences[0].words[r.claims[i].effect].form, "security") == 0;
    assert_true(is_denied);
    dtn_arena_free(&arena);
}

/* Who speaks goes on in "they add"; quotation marks around a word keep it at a distance. */
static void speakers_go_on(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    dtn_reading r = read_text("Analysts say that strikes provoke retaliation. They add that "
                              "retaliation widens the war.");
    const dtn_claim *c = claim_on(&r, "war");
    assert_non_null(c);
    assert_non_null(c->attributed_to);
    assert_string_equal(c->attributed_to, "Analysts");
    r = read_text("The \"surgical strikes\" caused anger.");
    c = claim_on(&r, "anger");
    assert_non_null(c);
    assert_true(c->n_hedge > 0);
    r = read_text("The crossing was shut. This led to shortages.");
    c = claim_on(&r, "shortages");
    assert_non_null(c);
    assert_int_equal(c->sentence, 1);
    assert_int_equal(c->cause_sentence, 1); /* its own words, and what they stand for */
    assert_int_equal(c->cause_refers.sentence, 0);
    assert_int_equal(c->cause_refers.words.end, r.parsed.sentences[0].n);
    dtn_arena_free(&arena);
}

/* A hedge is a doubt; what cannot speak is no speaker; organisations keep their names. */
static void doubts_and_speakers_are_told_apart(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    dtn_reading r = read_text("The closure would provoke unrest.");
    const dtn_claim *c = claim_on(&r, "unrest");
    assert_non_null(c);
    assert_int_equal(c->n_hedge, 0);
    assert_int_equal(c->mode, DTN_PREDICTIVE);
    r = read_text("History shows that the closure provoked unrest.");
    c = claim_on(&r, "unrest");
    assert_non_null(c);
    assert_null(c->attributed_to);
    r = read_text("The River Crisis Group said that the closure provoked unrest.");
    c = claim_on(&r, "unrest");
    assert_non_null(c);
    assert_non_null(c->attributed_to);
    assert_string_equal(c->attributed_to, "River Crisis Group");
    dtn_arena_free(&arena);
}

/* "They" of several sentences in a row; "those who" stands for nothing said before. */
static void pronouns_go_back(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    dtn_reading r = read_text("The raids went on. They lasted a year. They provoke unrest.");
    uint32_t sentence = 0, word = 0;
    assert_int_equal(r.parsed.n, 3);
    assert_true(
        dtn_read_antecedent(reader->rules, &reader->known, &r.parsed, 2, 0, &sentence, &word));
    assert_int_equal(sentence, 0);
    assert_string_equal(r.parsed.sentences[0].words[word].form, "raids");
    r = read_text("The raids went on. Those who fled came back.");
    assert_false(
        dtn_read_antecedent(reader->rules, &reader->known, &r.parsed, 1, 0, &sentence, &word));
    r = read_text("The page stopped the artillery, and that helped the traders.");
    uint32_t that = 0;
    while (strcmp(r.parsed.sentences[0].words[that].form, "that") != 0)
        that++;
    assert_true(
        dtn_read_antecedent(reader->rules, &reader->known, &r.parsed, 0, that, &sentence, &word));
    assert_int_equal(sentence, 0);
    assert_string_equal(r.parsed.sentences[0].words[word].form, "stopped");
    dtn_arena_free(&arena);
}

/* Ends of claims that take up what was said before, and the words they stand for. */
static void ends_refer_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;        /* of the claim */
        const char *cause_of, *effect_of; /* the words that its ends stand for; NULL: nothing */
    } rows[] = {
        {"The army withdrew from the lowlands. The withdrawal fuelled violence.", "violence",
         "The army withdrew from the lowlands", NULL},
        {"Two rival factions merged in June. The merger lifted the number of attacks.", "number",
         "Two rival factions merged in June", NULL},
        {"The army shut the crossing. That decision angered farmers.", "farmers",
         "The army shut the crossing.", NULL},
        {"Egypt floated its pound in March, and the move halved the value of savings.", "value",
         "Egypt floated its pound in March", NULL},
        {"The calls to the helpline rose in May. The calls helped to prevent an assault on a court.",
         "assault", "The calls to the helpline", NULL},
        {"Closing the crossing hurt the men. It angers traders.", "traders", "Closing the crossing",
         NULL},
        {"The talks calmed the border. Threats have never calmed it.", "it", NULL, "the border"},
        {"The raids hit the traders because a third of the flour is lost. They also raise prices.",
         "prices", "The raids", NULL},
        {"The raids and the sanctions went on all winter. Each hurt the trade of the coast.",
         "trade", "The raids and the sanctions", NULL},
        {"The army shut the crossing. This raised prices.", "prices", "The army shut the crossing.",
         NULL},
        {"The army shut the crossing. That cost traders their savings.", "savings",
         "The army shut the crossing.", NULL},
        {"The army withdrew. The withdrawal of the navy fuelled violence.", "violence", NULL, NULL},
        {"The army stated its aims. The station fuelled violence.", "violence", NULL, NULL},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        assert_non_null(c);
        const dtn_reference *to[] = {&c->cause_refers, &c->effect_refers};
        const char *want[] = {rows[i].cause_of, rows[i].effect_of};
        for (int k = 0; k < 2; k++) {
            const char *have =
                to[k]->words.begin == to[k]->words.end
                    ? NULL
                    : dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[to[k]->sentence],
                                    to[k]->words);
            if (!want[k] != !have || (have && strcmp(want[k], have) != 0))
                fail_msg("%s: \"%s\", expected \"%s\"", rows[i].text, have ? have : "nothing",
                         want[k] ? want[k] : "nothing");
        }
    }
    dtn_arena_free(&arena);
}

static void advice_turns_by_denial_and_verbs_of_stopping(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int direction; /* 0: no advice */
    } rows[] = {
        {"We do not recommend sanctions.", -1},
        {"We recommend sanctions.", 1},
        {"The strikes should be stopped.", -1},
        {"The strikes should end.", -1},
        {"The truce must not be abandoned.", 1},
        {"The deployment of soldiers should reduce attacks.", 0}, /* expected of it */
        {"The deployment should be prepared.", 1},
        {"What the army should do is end the raids.", -1},
        {"What the army should do is reopen the crossing.", 1},
        {"What the army must not do is close the crossing.", -1},
        {"What neither side should do is arm the militias.", -1},
        {"As an old saying has it, one should carry water.", 0}, /* said of everything */
        {"As the proverb goes, one should not wake a sleeping dog.", 0},
        {"Farmers who need water will move.", 0},
        {"The pause gave both armies time to rest.", 0},
        {"It is time to talk.", 1},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        if (r.n_advice != (rows[i].direction ? 1 : 0) ||
            (rows[i].direction && r.advice[0].direction != rows[i].direction))
            fail_msg("%s", rows[i].text);
    }
    dtn_arena_free(&arena);
}

static void acts_in_a_row_are_one_recommendation_each(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    dtn_reading r = read_text("The government should reform the police and mend the rift.");
    assert_int_equal(r.n_advice, 2);
    r = read_text("The government ought to reform the police.");
    assert_int_equal(r.n_advice, 1);
    dtn_arena_free(&arena);
}

static void names_of_persons_are_dropped(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text("Jane Roe said the closure caused unrest.");
    for (size_t i = 0; i < r.n_claim; i++)
        assert_true(!r.claims[i].attributed_to || !strstr(r.claims[i].attributed_to, "Roe"));
    const dtn_reading trade =
        read_text("Tariq Wazir, a researcher in Wana, said that the strikes fuel anger.");
    const dtn_claim *c = claim_on(&trade, "anger");
    assert_non_null(c);
    assert_string_equal(c->attributed_to, "researcher");
    dtn_arena_free(&arena);
}

/* Spans count bytes of the document as given, whatever stands before. */
static void spans_are_bytes(void **state)
{
    (void)state;
    static const char text[] =
        "Caf\xc3\xa9 \xe2\x80\x9cnews\xe2\x80\x9d.\n\nThe strike led to protests.\n";
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text(text);
    const dtn_claim *c = claim_on(&r, "protests");
    assert_non_null(c);
    const dtn_span span = dtn_read_bytes(&r.parsed.sentences[c->sentence], c->effect_words);
    assert_memory_equal(text + span.begin, "protests", 8);
    assert_int_equal(span.end - span.begin, 8);
    dtn_arena_free(&arena);
}

static void batches_do_not_depend_on_threads(void **state)
{
    (void)state;
    enum { N = 9 };
    char texts[N][128];
    dtn_document documents[N];
    dtn_read_result one[N], three[N];
    for (int i = 0; i < N; i++) {
        (void)snprintf(texts[i], sizeof texts[i],
                       "Attack %d led to protests. Rebels killed %d soldiers.", i, i + 2);
        documents[i] = (dtn_document){.name = "d.txt", .text = texts[i], .n = strlen(texts[i])};
    }
    dtn_reader_batch(reader, documents, N, 1, one);
    dtn_reader_batch(reader, documents, N, 3, three);
    for (int i = 0; i < N; i++) {
        assert_int_equal(one[i].status, DTN_OK);
        assert_true(json_equal(one[i].records, three[i].records));
        assert_true(json_array_size(one[i].records) > 0);
        dtn_read_result_free(&one[i]);
        dtn_read_result_free(&three[i]);
    }
}

static dtn_status collect(void *ctx, const dtn_read_part *part)
{
    assert_int_equal(json_array_extend(ctx, (json_t *)(uintptr_t)part->records), 0);
    return DTN_OK;
}

/* Pronouns, quotations, speakers and antecedents reach over the cuts. */
static void parts_make_the_whole(void **state)
{
    (void)state;
    static const char text[] =
        "Northland on Monday\n\nThe ministry said: \"Strikes fuel anger. They also lead to attacks. "
        "Attacks cause closures.\" The army bombed two villages on 3 May 2021. It killed 12 people. "
        "They add that the closure hurts trade. This led to protests.\n\nAs a result, prices rose. "
        "The government should reopen the border. It denied that soldiers had killed 4 rebels.";
    dtn_document d = {.name = "d.txt", .text = text, .n = strlen(text)};
    dtn_arena own;
    dtn_diags found;
    dtn_reading reading;
    json_t *whole = NULL;
    dtn_arena_init(&own);
    dtn_diags_init(&found);
    assert_int_equal(DTN_ARENA_GUARD(&own), 0);
    assert_int_equal(dtn_reader_analyse(reader, &d, &own, &reading, &found), DTN_OK);
    assert_int_equal(dtn_reader_records(reader, &d, &reading, &own, &whole), DTN_OK);
    assert_true(json_array_size(whole) > 5);
    for (size_t most = 1; most <= 12; most++) {
        json_t *parts = json_array();
        assert_int_equal(dtn_reader_parts(reader, &d, most, collect, parts, &found), DTN_OK);
        assert_true(json_equal(parts, whole));
        json_decref(parts);
    }
    json_decref(whole);
    dtn_diags_free(&found);
    dtn_arena_free(&own);
}

/* A new file; `path` is as mkstemp wants it. */
static void write_text(char *path, const char *text)
{
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static dtn_status read_vocabulary(const char *text, dtn_vocabulary **out, dtn_diags *diags)
{
    char path[] = "/tmp/dtn-vocabulary-XXXXXX";
    write_text(path, text);
    dtn_status status = dtn_vocabulary_read(path, "concept", out, diags);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void vocabulary_links_or_abstains(void **state)
{
    (void)state;
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_vocabulary("trade\t+\ttrade|export\ntrade\t-\tclosure border\n"
                                     "unrest\t+\tunrest|protest\nriots\t+\tprotest\n",
                                     &v, &diags),
                     DTN_OK);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text("The closure of the border hurt exports and protests.");
    const dtn_sentence *s = &r.parsed.sentences[0];
    dtn_naming how;
    const char *concept = dtn_vocabulary_link(v, s, (dtn_span){0, 5}, 1, &how);
    assert_non_null(concept);
    assert_string_equal(concept, "trade");
    assert_int_equal(how.sign, -1);
    assert_int_equal(how.n, 2);
    assert_int_equal(how.words[0], 1);                                 /* closure */
    assert_null(dtn_vocabulary_link(v, s, (dtn_span){8, 9}, 8, &how)); /* two fit equally */
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(v);
    assert_int_equal(read_vocabulary("trade\t?\tx\n", &v, &diags), DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 930);
    dtn_diags_free(&diags);
}

/* What comes after something is a guess, and a claim where both are concepts of the case. */
static void sequels_of_concepts_are_claims(void **state)
{
    (void)state;
    static const char text[] = "Since the raids began, the unrest has grown.";
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_vocabulary("raids\t+\traid\nunrest\t+\tunrest\n", &v, &diags), DTN_OK);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading without = read_text(text);
    reader->vocabulary = v;
    const dtn_reading with = read_text(text);
    reader->vocabulary = NULL;
    assert_true(claim_on(&without, "unrest")->probability < 0.5);
    assert_true(claim_on(&with, "unrest")->probability >= 0.5);
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(v);
    dtn_diags_free(&diags);
}

/* What takes up a concept, what a verb and its object name together, what is without something. */
static void links_follow_what_is_meant(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect, *cause_concept, *effect_concept;
        int sign;
    } rows[] = {
        {"They planned raids for the spring. Such measures have reduced the unrest.", "unrest",
         "raids", "unrest", -1},
        {"I warn against further raids. They have reduced the unrest.", "unrest", "raids", "unrest",
         -1},
        {"Raids unite the factions which pressure ought to divide.", "factions", "raids", "hold",
         1},
        {"A truce without verified steps has led to unrest in the valley.", "unrest", "checks",
         "unrest", -1},
        {"Raids have turned friends into enemies.", "enemies", "raids", "enmity", 1},
        {"Raids breed suspicion.", "suspicion", "raids", "trust", -1},
        {"Secrecy breeds suspicion.", "suspicion", "none", "none",
         1}, /* no link: no name that turns it */
        {"Secrecy breeds unrest.", "unrest", "none", "unrest", 1},
        {"A shortage of raids has reduced the unrest.", "unrest", "raids", "unrest", 1},
        {"Raids make unrest more probable.", "unrest", "raids", "unrest", 1},
        {"Since the raids began, the unrest has grown.", "unrest", "raids", "unrest", 1},
    };
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_vocabulary("raids\t+\traid\nunrest\t+\tunrest\nhold\t+\tunite faction\n"
                                     "hold\t-\tdivide faction\nchecks\t+\tverify|verified step\n"
                                     "enmity\t+\tfriend enemy|enemies\n"
                                     "trust\t-\tsuspicion\n",
                                     &v, &diags),
                     DTN_OK);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    reader->vocabulary = v;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        const char *cause = c && c->cause_concept ? c->cause_concept : "none";
        const char *effect = c && c->effect_concept ? c->effect_concept : "none";
        if (!c || strcmp(cause, rows[i].cause_concept) != 0 ||
            strcmp(effect, rows[i].effect_concept) != 0 || c->sign != rows[i].sign)
            fail_msg("%s: %s -> %s %d", rows[i].text, cause, effect, c ? c->sign : 9);
    }
    reader->vocabulary = NULL;
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(v);
    dtn_diags_free(&diags);
}

/* What parts a subject from its verb is no verb of it. */
static void subjects_find_their_verbs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect, *cause, *by; /* cause: NULL: no claim */
    } rows[] = {
        {"Dialogue, he said, had led to a fall in prices.", "prices", "Dialogue", NULL},
        {"The closures, officials say, have reduced trade.", "trade", "The closures", "officials"},
        {"The new wells, engineers in the valley said, have cut disease.", "disease",
         "The new wells", "engineers in the valley"},
        {"Raids that kill villagers feed hostility towards the army.", "hostility",
         "Raids that kill villagers", NULL},
        {"Policies that punish families breed resentment.", "resentment",
         "Policies that punish families", NULL},
        {"A raid that kills children raises support for the rebels.", "support",
         "A raid that kills children", NULL},
        {"Analysts doubt that the arrests announced in May have weakened the network.", "network",
         "the arrests announced in May", "Analysts"},
        {"The states share the worry, and joint statements by their envoys have increased the pressure.",
         "pressure", "joint statements by their envoys", NULL},
        {"The police, who said nothing, have increased the patrols.", "patrols", "The police",
         NULL}, /* who says nothing tells nothing */
        {"The talks failed, officials said, and left the town.", "town", NULL, NULL},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        c = c && c->probability >= 0.5 ? c : NULL;
        const char *cause =
            c ? dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[c->sentence], c->cause_words)
              : "none";
        const char *by = c && c->attributed_to ? c->attributed_to : "none";
        if (strcmp(cause, rows[i].cause ? rows[i].cause : "none") != 0 ||
            strcmp(by, rows[i].by ? rows[i].by : "none") != 0)
            fail_msg("%s: cause %s, by %s", rows[i].text, cause, by);
    }
    dtn_arena_free(&arena);
}

/* The "United" of a country's name does not unite. */
static void names_are_no_verbs(void **state)
{
    (void)state;
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_cue cue;
    dtn_diags_init(&diags);
    assert_int_equal(read_vocabulary("H1=rally\t+\tunite people\n", &v, &diags), DTN_OK);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r =
        read_text("The United States spoke to the people. Pressure unites the people.");
    assert_int_equal(r.parsed.n, 2);
    assert_false(dtn_vocabulary_cue(v, &r.parsed.sentences[0], "H1=rally", &cue));
    assert_true(dtn_vocabulary_cue(v, &r.parsed.sentences[1], "H1=rally", &cue));
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(v);
    dtn_diags_free(&diags);
}

/* Words of a cue stand near each other: those far apart speak of different things. */
static void cues_stand_together(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool has;
    } rows[] = {
        {"The group returned after the campaign.", true},
        {"The group that fled in spring to the high valleys beyond the river and lived there on what "
         "shepherds left to it returned, said elders, and their campaign for schools went on.",
         true},
        {"The children returned, after three summers in the high valleys beyond the river with what "
         "shepherds had left to them there, to a town whose mayor began a campaign.",
         false},
    };
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_cue cue;
    dtn_diags_init(&diags);
    assert_int_equal(read_vocabulary("H1=passing\t+\treturn campaign\n", &v, &diags), DTN_OK);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        if (dtn_vocabulary_cue(v, &r.parsed.sentences[0], "H1=passing", &cue) != rows[i].has)
            fail_msg("%s", rows[i].text);
    }
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(v);
    dtn_diags_free(&diags);
}

/* ---- A document's draft, part by part ------------------------------------------------------------ */

static dtn_status draft_part(void *ctx, const dtn_read_part *part)
{
    assert_null(part->records);
    dtn_view_draft_add(ctx, reader, part->document, part->reading);
    return DTN_OK;
}

static void assert_same_drafts(const dtn_view_draft *a, const dtn_view_draft *b)
{
    assert_int_equal(a->n_sentence, b->n_sentence);
    assert_memory_equal(a->sentences, b->sentences, a->n_sentence * sizeof *a->sentences);
    assert_int_equal(a->n_cited, b->n_cited);
    for (size_t i = 0; i < a->n_cited; i++) {
        assert_true(a->cited[i].weight == b->cited[i].weight);
        assert_int_equal(a->cited[i].is_answered, b->cited[i].is_answered);
        assert_int_equal(a->cited[i].sentence.begin, b->cited[i].sentence.begin);
    }
    assert_int_equal(a->n_said, b->n_said);
    for (size_t i = 0; i < a->n_said; i++) {
        assert_true(a->said[i].support.weight == b->said[i].support.weight);
        assert_int_equal(a->said[i].is_answered, b->said[i].is_answered);
    }
    assert_int_equal(a->n_toll, b->n_toll);
    for (size_t i = 0; i < a->n_toll; i++)
        assert_int_equal(a->tolls[i].mention->from, b->tolls[i].mention->from);
    assert_int_equal(a->n_urged, b->n_urged);
    for (size_t i = 0; i < a->n_urged; i++) {
        assert_true(a->urged[i].weight == b->urged[i].weight);
        assert_int_equal(a->urged[i].is_answered, b->urged[i].is_answered);
    }
}

/* An answer to what somebody says may be the next part's first sentence; a toll without a date is of the week up to
 * the document's. */
static void drafts_of_parts_are_those_of_the_whole(void **state)
{
    (void)state;
    static const char text[] =
        "Officials say that raids fuel attacks. They are mistaken. The dispute will last. The north should show "
        "restraint. Rebels killed 4 soldiers. Traders say that the north should show restraint. They are wrong.";
    dtn_document d = {.name = "d.txt", .text = text, .n = strlen(text), .date = "2025-03-09"};
    dtn_answer answer = {.id = "long"};
    dtn_hypothesis hypothesis = {.id = "H1", .answers = &answer, .n_answer = 1};
    dtn_course course = {.id = "restraint"};
    dtn_actor actor = {.id = "north", .courses = &course, .n_course = 1};
    const dtn_case c = {
        .hypotheses = &hypothesis, .n_hypothesis = 1, .actors = &actor, .n_actor = 1};
    dtn_vocabulary *words = NULL, *cues = NULL;
    dtn_view_draft whole;
    dtn_diags found;
    dtn_diags_init(&found);
    assert_int_equal(read_vocabulary("raids\t+\traid\nattacks\t+\tattack\n", &words, &found),
                     DTN_OK);
    assert_int_equal(
        read_vocabulary("H1=long\t+\tdispute last\nnorth=restraint\t+\trestraint\n", &cues, &found),
        DTN_OK);
    reader->vocabulary = words;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t most = 9; most > 0; most--) {
        dtn_view_draft draft;
        dtn_view_draft_init(&draft, &c, cues, &arena);
        assert_int_equal(dtn_reader_readings(reader, &d, most, draft_part, &draft, &found), DTN_OK);
        whole = most == 9 ? draft : whole;
        assert_same_drafts(&draft, &whole);
    }
    assert_int_equal(whole.n_cited, 1);
    assert_true(whole.cited[0].is_answered);
    assert_int_equal(whole.n_said, 1);
    assert_int_equal(whole.n_urged, 2);
    assert_true(whole.urged[0].weight > 0 && !whole.urged[0].is_answered);
    assert_true(whole.urged[1].is_answered);
    assert_int_equal(whole.n_toll, 1);
    assert_int_equal(whole.tolls[0].mention->to - whole.tolls[0].mention->from, 6);
    reader->vocabulary = NULL;
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(words);
    dtn_vocabulary_delete(cues);
    dtn_diags_free(&found);
}

/* A cut, changed or foreign file of weights is refused. */
static void broken_weights_are_refused(void **state)
{
    (void)state;
    char *bytes = NULL, path[] = "/tmp/dtn-weights-XXXXXX";
    size_t n = 0;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_file_read("reader/weights/syntax.bin", 32u << 20, &bytes, &n, &diags),
                     DTN_OK);
    assert_int_equal(close(mkstemp(path)), 0);
    for (int k = 0; k < 4; k++) {
        const char kept = bytes[n / 2], first = bytes[0], version = bytes[8];
        const size_t cut = k == 0 ? n / 3 : n;
        bytes[n / 2] = k == 1 ? (char)(kept + 1) : kept;
        bytes[0] = k == 2 ? 'X' : first;
        bytes[8] = k == 3 ? 9 : version;
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(bytes, 1, cut, f), cut);
        assert_int_equal(fclose(f), 0);
        bytes[n / 2] = kept;
        bytes[0] = first;
        bytes[8] = version;
        dtn_syntax *syntax = NULL;
        assert_int_equal(dtn_syntax_read(path, &syntax, &diags), DTN_E_INPUT);
        assert_null(syntax);
        assert_int_equal(diags.items[diags.n - 1].code, k == 3 ? 911 : 910);
    }
    assert_int_equal(unlink(path), 0);
    dtn_free(bytes);
    dtn_diags_free(&diags);
}

static dtn_status read_bounds(const char *text, dtn_bounds **out, dtn_diags *diags)
{
    char path[] = "/tmp/dtn-bounds-XXXXXX";
    write_text(path, text);
    dtn_status status = dtn_bounds_read(path, out, diags);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void broken_bounds_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"12 0.5\n", "x\t0.5\n", "131072\t0.5\n", "1\tmuch\n"};
    dtn_bounds *bounds = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_bounds(wrong[i], &bounds, &diags), DTN_E_INPUT);
        assert_null(bounds);
        assert_int_equal(diags.items[diags.n - 1].code, 928);
    }
    assert_int_equal(read_bounds("# licence\n131071\t-0.5\n", &bounds, &diags), DTN_OK);
    assert_true(bounds->weights[131071] < 0);
    dtn_free(bounds);
    dtn_diags_free(&diags);
}

/* The learned bounds hold their heads, and cut off the dateline that the tree left in. */
static void bounds_of_clauses_are_learned(void **state)
{
    (void)state;
    static const char text[] = "March 15 , 2016 00:00 IST Students staged a protest on Monday "
                               "demanding compensation for the lost year .";
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text(text);
    dtn_claim *kept = dtn_arena_alloc(&arena, (r.n_claim + 1) * sizeof *kept);
    const size_t n = dtn_reader_kept(reader, &r, kept);
    assert_true(n > 0);
    bool is_cut = false;
    for (size_t i = 0; i < n; i++) {
        const dtn_span words = kept[i].effect_words;
        const dtn_sentence *s = &r.parsed.sentences[kept[i].sentence];
        assert_true(words.begin <= kept[i].effect && kept[i].effect < words.end);
        assert_true(words.end <= s->n);
        is_cut |= strncmp(dtn_read_text(&arena, &r.parsed, s, words), "Students staged", 15) == 0;
    }
    assert_true(is_cut);
    dtn_arena_free(&arena);
}

/* Does the head of the argument lie in the words that the example gives? */
static bool argument_fits(const char *text, const dtn_sentence *s, uint32_t head, const char *value)
{
    const char *at = strstr(text, value);
    if (!at || head >= s->n)
        return false;
    const uint32_t begin = (uint32_t)(at - text);
    return s->words[head].begin >= begin && s->words[head].end <= begin + strlen(value);
}

static bool match_fits(const dtn_rule *rule, const dtn_example *example, const dtn_sentence *s,
                       const dtn_match *match)
{
    for (size_t k = 0; k < example->n_arg; k++)
        for (size_t a = 0; a < rule->n_arg; a++)
            if (strcmp(example->names[k], rule->args[a]) == 0 &&
                !argument_fits(example->text, s, match->args[a], example->values[k]))
                return false;
    return true;
}

/* The sign is the claim's, directions counted. */
static bool sign_fits(const dtn_rule *rule, const dtn_example *example, const dtn_reading *r,
                      uint32_t sentence)
{
    const char *sign = NULL;
    for (size_t k = 0; k < example->n_arg; k++)
        sign = strcmp(example->names[k], "sign") == 0 ? example->values[k] : sign;
    for (size_t i = 0; i < r->n_claim && sign; i++)
        if (r->claims[i].rule == rule && r->claims[i].sentence == sentence &&
            r->claims[i].sign == (*sign == '-' ? -1 : *sign == '+'))
            return true;
    return !sign;
}

static bool finds_in(const dtn_reading *r, const dtn_rule *rule, const dtn_example *example)
{
    for (uint32_t i = 0; i < r->parsed.n; i++) {
        const dtn_sentence *s = &r->parsed.sentences[i];
        dtn_matches matches = {0};
        dtn_rules_match(reader->rules, s->words, s->n, &arena, &matches);
        for (size_t k = 0; k < matches.n; k++)
            if (dtn_rules_get(reader->rules, matches.items[k].rule) == rule &&
                (!example->is_positive || (match_fits(rule, example, s, &matches.items[k]) &&
                                           sign_fits(rule, example, r, i))))
                return true;
    }
    return false;
}

static bool finds(const dtn_rule *rule, const dtn_example *example)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text(example->text);
    const bool found = finds_in(&r, rule, example);
    dtn_arena_free(&arena);
    return found;
}

/* Rules' own examples, arguments and signs included, on the program's trees. */
static void rules_hold_their_examples(void **state)
{
    (void)state;
    size_t n = 0, right = 0;
    for (uint32_t i = 0; i < dtn_rules_count(reader->rules); i++) {
        const dtn_rule *rule = dtn_rules_get(reader->rules, i);
        for (size_t k = 0; k < rule->n_example; k++) {
            const bool found = finds(rule, &rule->examples[k]);
            n++;
            const bool holds = found == rule->examples[k].is_positive;
            right += holds;
            if (!holds)
                print_message("# %s: \"%s\"\n", rule->name, rule->examples[k].text);
        }
    }
    print_message("# %zu of %zu examples of rules hold\n", right, n);
    assert_true(n > 150);
    assert_int_equal(right, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_multiply),
        cmocka_unit_test(figures_are_driven_by_nothing),
        cmocka_unit_test(operators_are_seen),
        cmocka_unit_test(denials_are_seen),
        cmocka_unit_test(speakers_go_on),
        cmocka_unit_test(doubts_and_speakers_are_told_apart),
        cmocka_unit_test(pronouns_go_back),
        cmocka_unit_test(ends_refer_back),
        cmocka_unit_test(advice_turns_by_denial_and_verbs_of_stopping),
        cmocka_unit_test(acts_in_a_row_are_one_recommendation_each),
        cmocka_unit_test(names_of_persons_are_dropped),
        cmocka_unit_test(spans_are_bytes),
        cmocka_unit_test(batches_do_not_depend_on_threads),
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(drafts_of_parts_are_those_of_the_whole),
        cmocka_unit_test(subjects_find_their_verbs),
        cmocka_unit_test(sequels_of_concepts_are_claims),
        cmocka_unit_test(vocabulary_links_or_abstains),
        cmocka_unit_test(links_follow_what_is_meant),
        cmocka_unit_test(names_are_no_verbs),
        cmocka_unit_test(cues_stand_together),
        cmocka_unit_test(broken_weights_are_refused),
        cmocka_unit_test(broken_bounds_are_refused),
        cmocka_unit_test(bounds_of_clauses_are_learned),
        cmocka_unit_test(rules_hold_their_examples),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
