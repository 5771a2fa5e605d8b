/* Export to C: conveyors and queues. The exported file carries track.c itself and calls it for
 * one lane, with pointers to the model's values; what a track is stands in a constant beside it.
 */
#include "compile/export_inner.h"

#define OUT(...) dtn_sink_printf(w->out, __VA_ARGS__)
#define PRINT(...) dtn_arena_printf(w->x->arena, __VA_ARGS__)

static void line(const dtn_writer *w, uint32_t depth, const char *s)
{
    dtn_sink_line(w->out, depth, s);
}

static bool is_needed(const dtn_writer *w, const dtn_track *t)
{
    bool any = false;
    for (uint32_t i = 0; i < t->n_out; i++)
        any = any || dtn_export_symbol(w->x, t->out[i])->in_step;
    return any && t->overlay == 0;
}

static bool need(dtn_symbol *s)
{
    bool is_new = !s->in_step;
    s->in_step = true;
    return is_new;
}

bool dtn_export_track_needs(dtn_writer *w)
{
    bool more = false;
    for (size_t i = 0; i < w->x->p->n_track; i++) {
        const dtn_track *t = &w->x->p->tracks[i];
        if (!is_needed(w, t))
            continue;
        for (uint32_t k = 0; k < t->n_out; k++)
            more = need(dtn_export_symbol(w->x, t->out[k])) || more;
        for (uint32_t k = 0; k < t->n_in; k++)
            more = need(dtn_export_symbol(w->x, t->in[k])) || more;
    }
    return more;
}

void dtn_export_track_starts(dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_track; i++) {
        const dtn_track *t = &w->x->p->tracks[i];
        for (uint32_t k = 0; k < t->n_start && is_needed(w, t); k++)
            dtn_export_symbol(w->x, t->start[k])->in_start = true;
    }
}

bool dtn_export_has_tracks(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_track; i++)
        if (is_needed(w, &w->x->p->tracks[i]))
            return true;
    return false;
}

static const char *type_of(const dtn_writer *w, const char *key)
{
    return dtn_export_part_name(w->x, "track", key);
}

/* One an element, by its place in the program. */
static const char *member(const dtn_writer *w, size_t i) { return PRINT("track_%zu", i); }

void dtn_export_track_members(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_track; i++)
        if (is_needed(w, &w->x->p->tracks[i]))
            OUT("    %s %s; /* %s */\n", type_of(w, "dtn_track_memory"), member(w, i),
                w->x->p->tracks[i].kind == DTN_TRACK_QUEUE ? "batches of a queue"
                : w->x->p->tracks[i].kind == DTN_TRACK_LOG ? "steps so far"
                                                           : "what is on a conveyor");
}

static const char *const kinds_of_track[] = {[DTN_TRACK_CONVEYOR] = "TRACK_CONVEYOR",
                                             [DTN_TRACK_QUEUE] = "TRACK_QUEUE",
                                             [DTN_TRACK_LINE] = "TRACK_LINE",
                                             [DTN_TRACK_LOG] = "TRACK_LOG"};

/* What the track is, as a constant; its name. */
static const char *spec_of(const dtn_writer *w, const dtn_track *t)
{
    dtn_exporter *x = w->x;
    const char *starts = "", *ends = "", *whole = "", *spreads = "", *tables = "", *leaks = "",
               *more = "";
    for (uint32_t j = 0; j < t->n_spread; j++) { /* constants of their own come first */
        static const char *const kinds[] = {"SPREAD_NONE", "SPREAD_EVEN", "SPREAD_DEST",
                                            "SPREAD_DIST", "SPREAD_SOURCE"};
        const char *table = t->tables[j] ? dtn_export_a_table(x, "profile", t->tables[j]) : NULL;
        spreads = PRINT("%s%s%s", spreads, j ? ", " : "", kinds[t->spreads[j]]);
        leaks = PRINT("%s%s%u", leaks, j ? ", " : "", t->from_leak[j]);
        tables = PRINT("%s%s%s", tables, j ? ", " : "", table ? PRINT("&%s", table) : "NULL");
    }
    const char *name = dtn_export_constant(x, "track");
    for (uint32_t j = 0; j < t->n_leak; j++) {
        starts = PRINT("%s%s%s", starts, j ? ", " : "", dtn_export_number(x, t->zone_start[j]));
        ends = PRINT("%s%s%s", ends, j ? ", " : "", dtn_export_number(x, t->zone_end[j]));
        whole = PRINT("%s%s%d", whole, j ? ", " : "", t->is_whole[j]);
    }
    if (t->n_leak > 0)
        more = PRINT(", .zone_start = {%s}, .zone_end = {%s}", starts, ends);
    if (t->n_whole > 0)
        more = PRINT("%s, .n_whole = %u, .is_whole = {%s}", more, t->n_whole, whole);
    if (t->n_spread > 0)
        more = PRINT("%s, .n_spread = %u, .spreads = {%s}, .tables = {%s}, .from_leak = {%s}", more,
                     t->n_spread, spreads, tables, leaks);
    for (uint32_t k = 0; k < t->n_age; k++)
        more = PRINT("%s, .ages[%u] = {%s, %s}", more, k, dtn_export_number(x, t->ages[k][0]),
                     dtn_export_number(x, t->ages[k][1]));
    if (t->n_age > 0 || t->shows_length)
        more = PRINT("%s, .n_age = %u, .shows_length = %d", more, t->n_age, t->shows_length);
    if (t->kind == DTN_TRACK_LOG)
        more = PRINT("%s, .n_row = %u, .stride = %u", more, t->n_row, t->stride);
    if (t->n_list > 0)
        more = PRINT("%s, .n_list = %u", more, t->n_list);
    dtn_sink_printf(&x->data,
                    "static const %s %s = {.kind = %s, .is_exponential = %d, .is_discrete = %d, "
                    ".n_leak = %u, .n_in = %u, .n_out = %u%s};\n",
                    dtn_export_part_name(x, "program", "dtn_track"), name, kinds_of_track[t->kind],
                    t->is_exponential, t->is_discrete, t->n_leak, t->n_in, t->n_out, more);
    return name;
}

static const char *element(const dtn_writer *w, uint32_t slot)
{
    const dtn_symbol *s = dtn_export_symbol(w->x, slot);
    return dtn_export_element(w->x, s, slot - s->slot, w->has_stages);
}

static const char *pointers(const dtn_writer *w, const uint32_t *slots, uint32_t n, bool written)
{
    const char *text = "";
    for (uint32_t i = 0; i < n; i++)
        text = PRINT(written ? "%s%s&%s" : "%s%s&(double){%s}", text, i ? ", " : "",
                     element(w, slots[i]));
    return text;
}

/* Where an inflow comes on that leaks from another conveyor, before any of them turns. */
static void see(const dtn_writer *w, size_t i, uint32_t s)
{
    const dtn_track *t = &w->x->p->tracks[i], *from = &w->x->p->tracks[t->from[s]];
    line(w, 1, "{");
    line(w, 2, PRINT("const double *const in[] = {%s};", pointers(w, t->in, t->n_in, false)));
    line(w, 2,
         PRINT("const double *const there[] = {%s};", pointers(w, from->in, from->n_in, false)));
    line(w, 2,
         PRINT("const %s v = {NULL, in, NULL, 1}, u = {NULL, there, NULL, 1};",
               type_of(w, "dtn_track_values")));
    line(w, 2,
         PRINT("if (!%s(&m->%s, &%s, %u, 1, TIME_STEP, &v, &m->%s, &%s, &u))",
               type_of(w, "dtn_track_see"), member(w, i), w->track_specs[i], s,
               member(w, t->from[s]), w->track_specs[t->from[s]]));
    line(w, 3, "abort(); /* out of memory */");
    line(w, 1, "}");
}

static void see_all(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_track; i++) {
        const dtn_track *t = &w->x->p->tracks[i];
        for (uint32_t s = 0; s < t->n_spread && is_needed(w, t); s++)
            if (t->spreads[s] == DTN_SPREAD_SOURCE && t->from[s] != DTN_NONE)
                see(w, i, s);
    }
}

static void call(const dtn_writer *w, size_t i, const char *spec, bool is_start)
{
    const dtn_track *t = &w->x->p->tracks[i];
    const char *from =
        is_start ? pointers(w, t->start, t->n_start, false) : pointers(w, t->in, t->n_in, false);
    line(w, 1, "{");
    line(w, 2,
         PRINT("const double *const from[] = {%s};",
               *from ? from : "NULL")); /* a log starts empty */
    line(w, 2, PRINT("double *const to[] = {%s};", pointers(w, t->out, t->n_out, true)));
    line(w, 2,
         PRINT("const %s v = {%s, to, 1};", type_of(w, "dtn_track_values"),
               is_start ? "from, NULL" : "NULL, from"));
    line(w, 2,
         PRINT("if (!%s(&m->%s, &%s, 1, TIME_STEP, &v))",
               type_of(w, is_start ? "dtn_track_start" : "dtn_track_turn"), member(w, i), spec));
    line(w, 3, "abort(); /* out of memory */");
    line(w, 1, "}");
}

void dtn_export_track_calls(dtn_writer *w, bool is_start)
{
    dtn_exporter *x = w->x;
    if (!w->track_specs)
        w->track_specs = DTN_NEW_N(x->arena, const char *, x->p->n_track + 1);
    for (size_t i = 0; i < x->p->n_track; i++)
        if (is_needed(w, &x->p->tracks[i]) && !w->track_specs[i])
            w->track_specs[i] = spec_of(w, &x->p->tracks[i]);
    if (!is_start)
        see_all(w);
    for (size_t i = 0; i < x->p->n_track; i++)
        if (is_needed(w, &x->p->tracks[i]))
            call(w, i, w->track_specs[i], is_start);
}

void dtn_export_track_finish(const dtn_writer *w)
{
    for (size_t i = 0; i < w->x->p->n_track; i++)
        if (is_needed(w, &w->x->p->tracks[i]))
            line(w, 1, PRINT("%s(&m->%s);", type_of(w, "dtn_track_free"), member(w, i)));
}
