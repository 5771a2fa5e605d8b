/* Documents to sentences and tokens: cleaning, splitting, places in the bytes given, what is no text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "text/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dtn_arena arena;
static dtn_diags diags;

static int begin(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    dtn_diags_init(&diags);
    return 0;
}

static int end(void **state)
{
    (void)state;
    dtn_arena_free(&arena);
    dtn_diags_free(&diags);
    return 0;
}

static dtn_text read_as(const char *text, size_t n, dtn_text_format format)
{
    dtn_text out = {0};
    if (DTN_ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(dtn_text_read("x", text, n, format, &arena, &out, &diags), DTN_OK);
    return out;
}

/* Sentences in lines, tokens with blanks between. */
static const char *printed(const dtn_text *text)
{
    const char *out = "";
    for (size_t s = 0; s < text->n; s++)
        for (uint32_t i = 0; i < text->sentences[s].n; i++)
            out = dtn_arena_printf(&arena, "%s%s%s", out,
                                   i   ? " "
                                   : s ? "|"
                                       : "",
                                   text->sentences[s].tokens[i].form);
    return out;
}

/* The text in UTF-16 with its mark, arena memory. */
static char *as_utf16(const char *text, bool is_little, size_t *n)
{
    static const char *const marks[] = {"\xFE\xFF", "\xFF\xFE"};
    char *out = dtn_arena_alloc(&arena, 2 * strlen(text) + 2);
    *n = 2;
    memcpy(out, marks[is_little], 2);
    for (size_t i = 0; text[i];) {
        /* by hand, so that the program is not its own judge: one to three bytes and U+1F600 */
        const unsigned char *p = (const unsigned char *)text + i;
        uint32_t units[2] = {p[0], 0};
        size_t n_unit = 1, used = 1;
        if (p[0] >= 0xF0) {
            units[0] = 0xD83D, units[1] = 0xDE00;
            n_unit = 2, used = 4;
        } else if (p[0] >= 0xE0) {
            units[0] = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u), used = 3;
        } else if (p[0] >= 0xC0) {
            units[0] = (p[0] & 31u) << 6 | (p[1] & 63u), used = 2;
        }
        for (size_t k = 0; k < n_unit; k++) {
            out[*n + is_little] = (char)(units[k] >> 8);
            out[*n + !is_little] = (char)(units[k] & 255);
            *n += 2;
        }
        i += used;
    }
    return out;
}

/* UTF-16 gives the same words, and places in the bytes given: what stands there is the word in UTF-16. */
static void utf16(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Caf\xc3\xa9 owners said \xe2\x80\x9cno\xe2\x80\x9d \xf0\x9f\x98\x80 twice. Rain fell on Monday.",
        "<html><p>The toll rose on 3&nbsp;May, caf\xc3\xa9s &amp; all.<br>It rained.</p></html>"};
    for (int t = 0; t < 2; t++)
        for (int is_little = 0; is_little < 2; is_little++) {
            size_t n = 0;
            const char *bytes = as_utf16(texts[t], is_little, &n);
            const dtn_text plain = read_as(texts[t], strlen(texts[t]), DTN_TEXT_GUESS);
            const dtn_text wide = read_as(bytes, n, DTN_TEXT_GUESS);
            assert_string_equal(printed(&wide), printed(&plain));
            assert_int_equal(wide.n, 2);
            for (size_t s = 0; s < wide.n; s++)
                for (uint32_t i = 0; i < wide.sentences[s].n; i++) {
                    const dtn_token *a = &plain.sentences[s].tokens[i],
                                    *b = &wide.sentences[s].tokens[i];
                    const char *part =
                        dtn_arena_strndup(&arena, texts[t] + a->begin, a->end - a->begin);
                    size_t n_part = 0;
                    const char *want = as_utf16(part, is_little, &n_part) + 2;
                    assert_int_equal(b->end - b->begin, n_part - 2);
                    assert_memory_equal(bytes + b->begin, want, n_part - 2);
                }
            size_t n_out = 0;
            const char *words = dtn_text_plain("x", bytes, n, wide.sentences[1].begin,
                                               wide.sentences[1].end, &arena, &n_out);
            assert_memory_equal(words, t ? "It rained." : "Rain fell on Monday.", n_out);
        }
    size_t n = 0;
    for (int is_little = 0; is_little < 2;
         is_little++) { /* and without the mark, if it is English */
        const char *bytes = as_utf16(texts[0], is_little, &n) + 2;
        const dtn_text bare = read_as(bytes, n - 2, DTN_TEXT_GUESS);
        const dtn_text plain = read_as(texts[0], strlen(texts[0]), DTN_TEXT_GUESS);
        assert_string_equal(printed(&bare), printed(&plain));
        assert_memory_equal(bytes + bare.sentences[0].tokens[0].begin, is_little ? "C\0" : "\0C",
                            2);
    }
    const char *html = texts[1];
    const dtn_text read = read_as(html, strlen(html), DTN_TEXT_GUESS);
    const char *words = dtn_text_plain("x", html, strlen(html), read.sentences[0].begin,
                                       read.sentences[0].end, &arena, &n);
    assert_string_equal(words, "The toll rose on 3 May, caf\xc3\xa9s & all.");
    assert_int_equal(n, strlen(words));
    assert_int_equal(diags.n_error + diags.n_warning, 0);
    /* halves of pairs, an odd byte: no crash, and the rest is read */
    static const char broken[] = "\xFF\xFEI\0t\0 \0\x3D\xD8 \0r\0a\0i\0n\0s\0.\0x";
    const dtn_text half = read_as(broken, sizeof broken - 1, DTN_TEXT_PLAIN);
    assert_string_equal(printed(&half), "It \xef\xbf\xbd rains .");
}

static void check(const char *text, const char *gold)
{
    const dtn_text out = read_as(text, strlen(text), DTN_TEXT_PLAIN);
    assert_string_equal(printed(&out), gold);
}

static void tokens(void **state)
{
    (void)state;
    check("They don't, can't and cannot.", "They do n't , ca n't and can not .");
    check("The army\xe2\x80\x99s posts aren\xe2\x80\x99t safe.",
          "The army 's posts are n't safe .");
    check("A cross-border, anti-terror high-profile e-mail",
          "A cross-border , anti-terror high - profile e-mail");
    check("It cost $3.5bn, 200,000 or 5% (9/11) at 10:30am in the 1990s.",
          "It cost $ 3.5 bn , 200,000 or 5 % ( 9/11 ) at 10:30 am in the 1990s .");
    check("See www.un.org/x, a@b.org and R&D.", "See www.un.org/x , a@b.org and R&D .");
    check("\xe2\x80\x9cNo\xe2\x80\x9d\xe2\x80\x94he said\xe2\x80\xa6", "\" No \" -- he said ...");
    check("the trea\xc2\xadty caf\xc3\xa9", "the treaty caf\xc3\xa9");
}

static void sentences(void **state)
{
    (void)state;
    check("Gen. Roe of the U.S. Army met Lt. Col. Doe. He left.",
          "Gen. Roe of the U.S. Army met Lt. Col. Doe .|He left .");
    check("They went to the U.S. The talks failed.", "They went to the U.S.|The talks failed .");
    check("\"Stop!\" he said. (It did.) Why? J. Doe asked.",
          "\" Stop ! \" he said .|( It did . )|Why ?|J. Doe asked .");
    check("Inflation was 3.5 per cent. It fell.", "Inflation was 3.5 per cent .|It fell .");
    check("First line cut\nin the middle.\nSecond.", "First line cut in the middle .|Second .");
    check("- one thing\n- another", "one thing|another");
    check("Text.\n\nScroll to Top\n", "Text .");
}

static void heads_are_read(void **state)
{
    (void)state;
    const char text[] =
        "The price of patience\n\n16 March 2026\n\nIt was high.\n\nA heading\n\nMore text.";
    dtn_text out = read_as(text, strlen(text), DTN_TEXT_PLAIN);
    assert_string_equal(out.title, "The price of patience");
    assert_string_equal(out.date, "2026-03-16");
    assert_true(out.sentences[0].is_heading && out.sentences[2].is_heading &&
                !out.sentences[1].is_heading);
    const char fields[] = "Title: X y\nSource: The Paper\nDate: Oct. 3, 2025\n\nText here.";
    out = read_as(fields, strlen(fields), DTN_TEXT_PLAIN);
    assert_string_equal(out.title, "X y");
    assert_string_equal(out.source, "The Paper");
    assert_string_equal(out.date, "2025-10-03");
    assert_string_equal(printed(&out), "Text here .");
    const char weekday[] = "Date: Monday, 4 March 2024\n\nText here.";
    assert_string_equal(read_as(weekday, strlen(weekday), DTN_TEXT_PLAIN).date, "2024-03-04");
    const char mail[] = "Date: Mon, 04 Mar 2024 10:00:00 +0000\n\nText here.";
    assert_string_equal(read_as(mail, strlen(mail), DTN_TEXT_PLAIN).date, "2024-03-04");
}

static void bylines_give_the_date(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date, *words;
    } cases[] = {
        {"A title\n\nBy Jane Roe, 12 March 2024\n\nIt rose.", "2024-03-12", "A title|It rose ."},
        {"A title\n\nThe Paper | March 12, 2024\n\nIt rose.", "2024-03-12", "A title|It rose ."},
        {"Published 12 March 2024\n\nIt rose.", "2024-03-12", "It rose ."},
        {"NIAMEY, Niger, March 12, 2024 (Agency) - It rose.", "2024-03-12", "It rose ."},
        {"Niamey (12 March 2024) \xe2\x80\x93 It rose.", "2024-03-12", "It rose ."},
        {"NIAMEY: It rose.", NULL, "It rose ."},
        {"NIAMEY, Oct 14 (Agency) - It rose.", NULL, "It rose ."},
        /* the year of the last full date, if that is near */
        {"NIAMEY, Oct 14 (Agency) - It rose. It had fallen on 10 October 2025.", "2025-10-14",
         NULL},
        {"NIAMEY, 14 Oct (Agency) - It rose. It had fallen on 10 October 2025.", "2025-10-14",
         NULL},
        {"NIAMEY, Jan 14 (Agency) - It rose. It had fallen on 10 October 2025.", NULL, NULL},
        {"NIAMEY, Oct 14 (Agency) - It rose. It will fall on 10 November 2025.", NULL, NULL},
        {"NIAMEY, October 14th \xe2\x80\x94 It rose.", NULL, "It rose ."},
        {"NIAMEY (the agency) - It rose.", NULL, "It rose ."},
        {"Niamey: It rose.", NULL, "Niamey : It rose ."},
        {"UNHCR says: It rose.", NULL, "UNHCR says : It rose ."},
        {"The NIAMEY pact - It rose.", NULL, "The NIAMEY pact - It rose ."},
        {"By 12 March 2024 it rose.", NULL, "By 12 March 2024 it rose ."},
        {"On 12 March 2024 - a day later - it rose.", NULL, NULL},
        {"It fell, 12 March 2024 was late.", NULL, NULL},
        {"Raided\nby men on 12 March 2024\n", NULL, "Raided by men on 12 March 2024"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const dtn_text out = read_as(cases[i].text, strlen(cases[i].text), DTN_TEXT_PLAIN);
        if (!cases[i].date != !out.date || (out.date && strcmp(out.date, cases[i].date) != 0))
            fail_msg("\"%s\": %s", cases[i].text, out.date ? out.date : "no date");
        if (cases[i].words && strcmp(printed(&out), cases[i].words) != 0)
            fail_msg("\"%s\": \"%s\"", cases[i].text, printed(&out));
    }
}

/* Heads of all sorts, and dates that are not the document's. */
static void heads_give_the_date(void **state)
{
    (void)state;
    static const struct {
        const char *head, *date;
    } cases[] = {
        {"A river and its banks\n\nNiamey, 20 October 2025", "2025-10-20"},
        {"A river and its banks\n\nPosted 2 March 2026 \xc2\xb7 4 min read", "2026-03-02"},
        {"A river and its banks\n\nField note by an aid agency, 15 December 2025", "2025-12-15"},
        {"A river and its banks\n\nText of remarks by a member of the council, Niamey, 14 January 2026",
         "2026-01-14"},
        {"A river and its banks\n\nAn interview with a former envoy, 28 November 2025",
         "2025-11-28"},
        {"A river and its banks\n14.01.2026", "2026-01-14"},
        {"A river and its banks\n\n25/01/2026", "2026-01-25"},
        {"A river and its banks\n\n2026/01/25", "2026-01-25"},
        {"A river and its banks\n\nUpdated: 14 Jan 2026 10:30am", "2026-01-14"},
        {"A river and its banks\n\nUpdated 14 Jan 2026\nPublished on 12 Jan 2026", "2026-01-12"},
        {"A river and its banks\n\nLast updated on Jan. 14th, 2026 at 10:30 GMT", "2026-01-14"},
        {"A river and its banks\n\n(3 May 2024)", "2024-05-03"},
        {"A river and its banks\n\nPublished on May 3, 2024", "2024-05-03"},
        {"A river and its banks\n\nFirst published: 3 May 2024, 09:15 UTC", "2024-05-03"},
        {"A river and its banks\n\n2026-01-14 10:30", "2026-01-14"},
        {"A river and its banks\n\n2026-01-14T10:30:00Z", "2026-01-14"},
        {"A river and its banks\n\nTHE PAPER, January 14th, 2026", "2026-01-14"},
        {"A river and its banks\n\nThe Morning Paper \xe2\x80\x94 3 Sept 2024", "2024-09-03"},
        {"A river and its banks\n\nWednesday, 14 January 2026", "2026-01-14"},
        {"A river and its banks\n\nNiamey, Wednesday 14 January 2026", "2026-01-14"},
        {"A river and its banks\n\n3 May 2024 | Opinion", "2024-05-03"},
        {"A river and its banks\n\n3 May 2024, Niamey", "2024-05-03"},
        {"A river and its banks\n\nSpeech delivered at the university on 3 May 2024", "2024-05-03"},
        {"Speech by the governor at the council\n(translated from French)\nDosso, 20 October 2025",
         "2025-10-20"},
        {"Niamey, 20 October 2025\n\nA river and its banks", "2025-10-20"},
        {"A river and its banks\n\nBy a columnist, 24 October 2025, updated 26 October 2025",
         "2025-10-24"},
        {"A river and its banks\n\nIssued: the 14th of January 2026", "2026-01-14"},
        {"A river and its banks\n\nDated 14th of January 2026", "2026-01-14"},
        {"A river and its banks\n\nBriefing note, Geneva (3 May 2024)", "2024-05-03"},
        /* what they name has that date, not the text */
        {"A river and its banks\n\nTwo years after the flood of 7 October 2023", NULL},
        {"The Doha agreement, 29 February 2020: six years on", NULL},
        {"The Doha Agreement, 29 February 2020", NULL},
        {"A river and its banks\n\nOn 9 October 2025", NULL},
        {"A river and its banks\n\nThe water rose on 9 October 2025 and fell again", NULL},
        {"A river and its banks\n\nIn Niamey, 9 October 2025 is remembered", NULL},
        {"A river and its banks\n\nThe water rose on 9 October 2025.", NULL},
        {"A river and its banks\n\nThe talks ended, as he told us in the evening, 9 October 2025.",
         NULL},
        {"A river and its banks\n\nFrom 9 October 2025 to 3 November 2025", NULL},
        {"A river and its banks\n\n03/05/2024", NULL},
        {"A river and its banks\n\nVersion 3.11.2 of the map", NULL},
    };
    char text[400];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(
            text, sizeof text,
            "%s\n\nThe river rose for nine days. The bridge held, and the town was dry.\n",
            cases[i].head);
        const dtn_text out = read_as(text, strlen(text), DTN_TEXT_PLAIN);
        if (!cases[i].date != !out.date || (out.date && strcmp(out.date, cases[i].date) != 0))
            fail_msg("\"%s\": %s", cases[i].head, out.date ? out.date : "no date");
    }
}

static void html_is_read(void **state)
{
    (void)state;
    const char text[] =
        "<!DOCTYPE html><title>A &amp; B</title><meta property=\"article:published_time\" "
        "content='2025-10-12T10:00Z'><script>if (a<b) \"</p>\"</script><nav>Menu</nav><h1>Head</h1>"
        "<p>It&rsquo;s <b>5&#37;</b>.<ul><li>One.<li>Two &unknown;</ul><!-- no -->";
    const dtn_text out = read_as(text, strlen(text), DTN_TEXT_GUESS);
    assert_string_equal(printed(&out), "Head|It 's 5 % .|One .|Two & unknown ;");
    assert_string_equal(out.title, "A & B");
    assert_string_equal(out.date, "2025-10-12");
    assert_true(out.sentences[0].is_heading && out.sentences[2].is_item);
    const dtn_token *five = &out.sentences[1].tokens[2];
    assert_int_equal(five->end - five->begin, 1);
    assert_memory_equal(text + five->begin, "5", 1);
    assert_memory_equal(text + out.sentences[1].tokens[3].begin, "&#37;", 5);
    assert_int_equal(out.sentences[1].tokens[3].end - out.sentences[1].tokens[3].begin, 5);
}

/* Spans lie in the document, in order, and do not overlap. */
static void check_spans(const dtn_text *text, size_t n)
{
    uint32_t at = 0;
    for (size_t s = 0; s < text->n; s++) {
        assert_in_range(text->sentences[s].n, 1, DTN_TEXT_MAX_TOKENS);
        for (uint32_t i = 0; i < text->sentences[s].n; i++) {
            const dtn_token *t = &text->sentences[s].tokens[i];
            assert_true(t->begin >= at && t->end > t->begin && t->end <= n);
            assert_in_range(strlen(t->form), 1, DTN_TEXT_MAX_FORM);
            at = t->end;
        }
    }
}

static void hostile_bytes(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<",  "<a ",        "<script>",     "<!--",     "</p>",
                                         "&",  "&#x",        "\xff",         "\xe2\x80", ".",
                                         "'",  "a",          "\xe2\x80\x94", "\n",       "\xc2\xad",
                                         "\"", "<svg><svg>", "=\"",          "A. ",      "9,"};
    const size_t n = 300000;
    char *text = malloc(n + 16);
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        const size_t length = strlen(pieces[k]);
        for (size_t i = 0; i < n; i++)
            text[i] = pieces[k][i % length];
        for (int format = DTN_TEXT_PLAIN; format <= DTN_TEXT_HTML; format++) {
            const dtn_text out = read_as(text, n, (dtn_text_format)format);
            check_spans(&out, n);
        }
        dtn_arena_free(&arena);
    }
    uint64_t seed = 5;
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const char *piece = pieces[(seed >> 33) % 20];
        text[i] = piece[(seed >> 40) % strlen(piece)];
    }
    for (int format = DTN_TEXT_PLAIN; format <= DTN_TEXT_HTML; format++) {
        const dtn_text out = read_as(text, n, (dtn_text_format)format);
        check_spans(&out, n);
    }
    free(text);
}

/* Bytes that are not UTF-8 are Windows-1252, each one byte of the document; the words' text is UTF-8. */
static void windows_text(void **state)
{
    (void)state;
    const char *given = "\x93No,\x94 said the caf\xe9\x92s owner \x97 it cost 5\xa0\x80.";
    const dtn_text out = read_as(given, strlen(given), DTN_TEXT_PLAIN);
    assert_string_equal(printed(&out),
                        "\" No , \" said the caf\xc3\xa9 's owner -- it cost 5 \xe2\x82\xac .");
    const dtn_token *cafe = &out.sentences[0].tokens[6];
    assert_memory_equal(given + cafe->begin, "caf\xe9", cafe->end - cafe->begin);
    size_t n = 0;
    const char *words =
        dtn_text_plain("x.txt", given, strlen(given), cafe->begin, cafe->end, &arena, &n);
    assert_int_equal(n, 5);
    assert_memory_equal(words, "caf\xc3\xa9", n);
}

static void what_is_no_text(void **state)
{
    (void)state;
    dtn_text out;
    assert_false(DTN_ARENA_GUARD(&arena));
    assert_int_equal(dtn_text_read("x", "PK\0\0\1\2\0", 7, DTN_TEXT_GUESS, &arena, &out, &diags),
                     DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 901);
    char *large = calloc(1, DTN_TEXT_MAX_BYTES + 1u);
    memset(large, 'a', DTN_TEXT_MAX_BYTES + 1u);
    assert_int_equal(
        dtn_text_read("x", large, DTN_TEXT_MAX_BYTES + 1u, DTN_TEXT_GUESS, &arena, &out, &diags),
        DTN_E_INPUT);
    assert_int_equal(diags.items[1].code, 900);
    free(large);
    out = read_as("caf\xe9.", 5, DTN_TEXT_PLAIN);
    assert_int_equal(diags.items[2].code, 902);
    assert_string_equal(printed(&out), "caf\xc3\xa9 .");
    out = read_as("", 0, DTN_TEXT_PLAIN);
    assert_int_equal(out.n, 0);
}

/* Files of other programs whose bytes are all ASCII. */
static void other_programs(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"%PDF-1.7\n1 0 obj\n(The talks failed.) Tj\n", "PDF"},
        {"\xEF\xBB\xBF{\\rtf1\\ansi The talks failed.}", "RTF"},
        {"PK\x03\x04 mimetype talks failed", "office"},
        {"%!PS-Adobe-3.0\n(The talks failed.) show", "PostScript"}};
    dtn_text out;
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(dtn_text_read("x", files[i][0], strlen(files[i][0]), DTN_TEXT_GUESS,
                                       &arena, &out, &diags),
                         DTN_E_INPUT);
        assert_int_equal(diags.items[i].code, 901);
        assert_non_null(strstr(diags.items[i].message, files[i][1]));
        assert_non_null(diags.items[i].hint);
    }
    static const char about[] = "A file that begins with %PDF- is a PDF.";
    out = read_as(about, strlen(about), DTN_TEXT_PLAIN);
    assert_int_equal(out.n, 1);
}

/* Sentences of all parts, none of which is larger than its words make it. */
static size_t n_in_parts(const char *text, size_t *n_part)
{
    dtn_text out = {0};
    dtn_text_parts *parts = NULL;
    size_t n = 0;
    bool goes_on = true;
    assert_int_equal(
        dtn_text_open("x", text, strlen(text), DTN_TEXT_PLAIN, &arena, &out, &parts, &diags),
        DTN_OK);
    for (*n_part = 0; goes_on; ++*n_part) {
        goes_on = dtn_text_next(parts, 30, &arena, &out);
        assert_true(out.n <= 30 * DTN_TEXT_USUAL_TOKENS / DTN_TEXT_MAX_TOKENS + 1);
        n += out.n;
    }
    return n;
}

static void long_sentences_make_short_parts(void **state)
{
    (void)state;
    static char text[40000];
    static const char clause[] = "rain fell and the river rose and ";
    for (size_t i = 0; i + 1 < sizeof text; i++)
        text[i] = clause[i % (sizeof clause - 1)];
    size_t n_part = 0;
    const dtn_text whole = read_as(text, strlen(text), DTN_TEXT_PLAIN);
    assert_int_equal(n_in_parts(text, &n_part), whole.n);
    assert_true(n_part >= whole.n / 6);
}

static void dates(void **state)
{
    (void)state;
    char iso[11];
    assert_int_equal(dtn_date_match("12th October 2025 x", 19, iso), 17);
    assert_string_equal(iso, "2025-10-12");
    assert_int_equal(dtn_date_match("2024-02-29T1", 12, iso), 10);
    assert_int_equal(dtn_date_match("2025-02-29", 10, iso), 0);
    assert_int_equal(dtn_date_match("May 2025", 8, iso), 0);
    assert_int_equal(dtn_date_match("12/10/2025", 10, iso), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {TEST(tokens),
                                       TEST(sentences),
                                       TEST(heads_are_read),
                                       TEST(bylines_give_the_date),
                                       TEST(heads_give_the_date),
                                       TEST(html_is_read),
                                       TEST(hostile_bytes),
                                       TEST(what_is_no_text),
                                       TEST(dates),
                                       TEST(utf16),
                                       TEST(windows_text),
                                       TEST(other_programs),
                                       TEST(long_sentences_make_short_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
