/* Export to C: what the instructions of a section compute.
 *
 * The program hands temporaries out like a stack, so one slot holds many values. A web is one of
 * them: the instructions that write it and those that read what they wrote. In straight code each
 * write begins a new web. Writes belong together where a read may see either: after a condition
 * that one of them stands behind, or in the next turn of a loop. A web of one write and one read
 * in the same loop needs no variable: its expression is written where it is read, unless
 * something that it reads is written in between.
 *
 * Rows of arguments (VECTOR) become arrays. A value behind a condition (SKIP_UNLESS ... SELECT)
 * becomes `c ? a : b` where it is made of such single uses, else an if. Equations of overlays are
 * left out. What is not needed for the table or the next step is not written at all.
 *
 * Cost: linear in the instructions, times the number of passes that marking takes (2 or 3).
 */
#include "compile/export_inner.h"

#include <string.h>

/* ---- Instructions -------------------------------------------------------------- */

bool dtn_export_is_control(const dtn_ins *ins)
{
    switch ((dtn_opcode)ins->op) {
    case DTN_I_LOOP:
    case DTN_I_ENDLOOP:
    case DTN_I_SKIP_UNLESS:
    case DTN_I_SKIP_OVERLAY:
    case DTN_I_SKIP_ANY_OVERLAY:
    case DTN_I_ITERATE: return true;
    default: return false;
    }
}

uint32_t dtn_export_reads(const dtn_ins *ins)
{
    static const uint8_t n_operand[] = {
#define DTN_INS(name, n, text) n,
#include "compile/opcodes.def"
#undef DTN_INS
    };
    static const uint32_t plain[] = {0, 0, 1u << DTN_READ_A, 1u << DTN_READ_A | 1u << DTN_READ_B,
                                     1u << DTN_READ_A | 1u << DTN_READ_B | 1u << DTN_READ_C};
    switch ((dtn_opcode)ins->op) {
    case DTN_I_LOOKUP:
    case DTN_I_DATA:
    case DTN_I_SKIP_UNLESS: return 1u << DTN_READ_A;
    case DTN_I_DATA_FIGURE: return 1u << DTN_READ_A | 1u << DTN_READ_C;
    case DTN_I_UNIFORM: return 0;
    case DTN_I_DRAW: return 1u << DTN_READ_B | 1u << DTN_READ_C;
    case DTN_I_DRAW_WIDE: return ((1u << DTN_N_WIDE) - 1) << DTN_READ_ROW;
    case DTN_I_DRAW_SUM: return 1u << DTN_READ_DST | 1u << DTN_READ_B | 1u << DTN_READ_C;
    default: return plain[n_operand[ins->op]];
    }
}

static dtn_operand *operand_at(dtn_ins *ins, uint32_t which)
{
    dtn_operand *all[] = {&ins->dst, &ins->a, &ins->b, &ins->c};
    return all[which < DTN_READ_ROW ? which : DTN_READ_B];
}

dtn_operand dtn_export_operand(const dtn_ins *ins, uint32_t which)
{
    const dtn_operand all[] = {ins->dst, ins->a, ins->b, ins->c};
    return which < DTN_READ_ROW ? all[which] : ins->b + (which - DTN_READ_ROW);
}

bool dtn_export_is_temp(const dtn_exporter *x, dtn_operand o)
{
    return !(o & DTN_OPERAND_INDEXED) && o >= x->p->temp0 && o < x->p->n_slot;
}

bool dtn_export_writes_row(const dtn_exporter *x, const dtn_ins *ins)
{
    return ins->op == DTN_I_VECTOR && x->p->vectors[ins->aux].n_out > 1;
}

/* ---- Rows of arguments ---------------------------------------------------------- */

static bool in_row(const dtn_exporter *x, dtn_operand o, uint32_t first, uint32_t n)
{
    uint32_t slot = dtn_export_base(x, o);
    return slot >= first && slot < first + n;
}

static bool reads_row(const dtn_exporter *x, const dtn_ins *ins, uint32_t first, uint32_t n)
{
    uint32_t reads = dtn_export_is_control(ins) ? 0 : dtn_export_reads(ins);
    for (uint32_t r = 0; r < DTN_N_READ; r++)
        if ((reads >> r & 1) && in_row(x, dtn_export_operand(ins, r), first, n))
            return true;
    return false;
}

static void move_to_row(dtn_exporter *x, dtn_operand *o, uint32_t first, uint32_t row)
{
    if (!(*o & DTN_OPERAND_INDEXED)) {
        *o = *o - first + row;
        return;
    }
    dtn_address a = x->addresses[*o & ~DTN_OPERAND_INDEXED];
    a.base = a.base - first + row;
    DTN_PUSH(x->arena, x->addresses, x->n_address, x->cap_address, a);
    *o = DTN_OPERAND_INDEXED | (uint32_t)(x->n_address - 1);
}

/* Arguments: written before the function, up to the last instruction that used their slots for
 * something else. */
static void make_argument_row(dtn_exporter *x, dtn_flow *f, uint32_t at)
{
    uint32_t first = f->ins[at].a, n = x->p->vectors[f->ins[at].aux].n_in;
    if (!dtn_export_is_temp(x, first)) {
        dtn_export_refuse(x, f->ins[at].var, "VECTOR");
        return;
    }
    uint32_t row = dtn_export_add_row(x, n);
    for (uint32_t i = at; i-- > 0 && !reads_row(x, &f->ins[i], first, n);)
        if (!dtn_export_is_control(&f->ins[i]) && in_row(x, f->ins[i].dst, first, n))
            move_to_row(x, &f->ins[i].dst, first, row);
    f->ins[at].a = row;
}

static void make_result_row(dtn_exporter *x, dtn_flow *f, uint32_t at)
{
    uint32_t first = f->ins[at].dst, n = x->p->vectors[f->ins[at].aux].n_out;
    if (!dtn_export_is_temp(x, first)) {
        dtn_export_refuse(x, f->ins[at].var, "VECTOR");
        return;
    }
    uint32_t row = dtn_export_add_row(x, n);
    f->ins[at].dst = row;
    for (uint32_t i = at + 1; i < f->n; i++) {
        dtn_ins *ins = &f->ins[i];
        if (dtn_export_is_control(ins))
            continue;
        for (uint32_t r = 0; r < DTN_N_READ; r++)
            if ((dtn_export_reads(ins) >> r & 1) && in_row(x, dtn_export_operand(ins, r), first, n))
                move_to_row(x, operand_at(ins, r), first, row);
        if (in_row(x, ins->dst, first, n))
            break;
    }
}

static void make_rows(dtn_exporter *x, dtn_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (!f->is_live[i] || f->ins[i].op != DTN_I_VECTOR)
            continue;
        make_argument_row(x, f, i);
        if (dtn_export_writes_row(x, &f->ins[i]))
            make_result_row(x, f, i);
    }
}

/* ---- Conditions and spans ----------------------------------------------------------- */

static void drop_overlays(dtn_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->ins[i].op == DTN_I_SKIP_ANY_OVERLAY)
            f->is_live[i] = false;
        if (f->ins[i].op != DTN_I_SKIP_OVERLAY)
            continue;
        for (uint32_t k = i; k < f->ins[i].dst && k < f->n; k++)
            f->is_live[k] = false;
    }
}

static uint32_t count_reads(const dtn_flow *f, dtn_operand temp, uint32_t from, uint32_t end)
{
    uint32_t n = 0;
    for (uint32_t i = from; i < end; i++) {
        if (!f->is_live[i])
            continue;
        for (uint32_t r = 0; r < DTN_N_READ; r++)
            n += (dtn_export_reads(&f->ins[i]) >> r & 1) &&
                 dtn_export_operand(&f->ins[i], r) == temp;
        if (!dtn_export_is_control(&f->ins[i]) && f->ins[i].dst == temp)
            break;
    }
    return n;
}

/* SKIP_UNLESS at `at`, whose last instruction is d = test ? yes : d. Behind the condition that is
 * d = yes. Where all before it are values used once, it is an expression without the SKIP. */
static void simplify_condition(const dtn_exporter *x, dtn_flow *f, uint32_t at)
{
    uint32_t last = f->ins[at].dst - 1;
    dtn_ins *select = &f->ins[last];
    if (last <= at || last >= f->n || select->op != DTN_I_SELECT || select->c != select->dst ||
        select->a != f->ins[at].a || !dtn_export_is_temp(x, select->dst))
        return;
    bool once = true;
    for (uint32_t i = at + 1; i < last && once; i++) {
        if (!f->is_live[i])
            continue;
        once = !dtn_export_is_control(&f->ins[i]) && f->ins[i].op != DTN_I_VECTOR &&
               dtn_export_is_temp(x, f->ins[i].dst) &&
               count_reads(f, f->ins[i].dst, i + 1, last + 1) == 1;
    }
    if (once) {
        f->is_live[at] = false;
    } else {
        select->op = DTN_I_COPY;
        select->a = select->b;
    }
}

static uint32_t add_span(dtn_exporter *x, dtn_flow *f, dtn_span s)
{
    DTN_PUSH(x->arena, f->spans, f->n_span, f->cap_span, s);
    return (uint32_t)(f->n_span - 1);
}

static void find_spans(dtn_exporter *x, dtn_flow *f)
{
    uint32_t now = add_span(x, f, (dtn_span){.end = f->n});
    for (uint32_t i = 0; i < f->n; i++) {
        const dtn_ins *ins = &f->ins[i];
        while (now != 0 && i >= f->spans[now].end)
            now = f->spans[now].parent;
        f->span_of[i] = now;
        if (!f->is_live[i])
            continue;
        if (ins->op == DTN_I_SKIP_UNLESS)
            now = add_span(x, f, (dtn_span){.parent = now, .first = i + 1, .end = ins->dst});
        if (ins->op != DTN_I_LOOP)
            continue;
        uint32_t end = i + 1;
        while (end < f->n && !(f->ins[end].op == DTN_I_ENDLOOP && f->ins[end].a == i))
            end++;
        now = add_span(
            x, f,
            (dtn_span){
                .parent = now, .first = i + 1, .end = end, .loop = ins->dst, .count = ins->a});
    }
}

uint32_t dtn_flow_loop_of(const dtn_flow *f, uint32_t span)
{
    while (span != 0 && f->spans[span].count == 0)
        span = f->spans[span].parent;
    return span;
}

static bool is_around(const dtn_flow *f, uint32_t outer, uint32_t span)
{
    while (span != outer && span != 0)
        span = f->spans[span].parent;
    return span == outer;
}

/* ---- Webs -------------------------------------------------------------------------------- */

typedef struct finder {
    dtn_flow *f;
    uint32_t *parent;   /* [n] union-find over instructions that write temporaries */
    uint32_t *previous; /* [n] the write of the same slot before */
    bool *is_hoisted;   /* [n] */
} finder;

static uint32_t root(finder *w, uint32_t i)
{
    while (w->parent[i] != i)
        i = w->parent[i] = w->parent[w->parent[i]];
    return i;
}

static void join(finder *w, uint32_t a, uint32_t b)
{
    uint32_t ra = root(w, a), rb = root(w, b);
    uint32_t low = ra < rb ? ra : rb, high = ra < rb ? rb : ra;
    w->parent[high] = low;
    w->is_hoisted[low] = w->is_hoisted[low] || w->is_hoisted[high];
}

/* Join `write` with those before it until one surely comes to pass on the way into `span`. */
static uint32_t reaching(finder *w, uint32_t write, uint32_t span)
{
    while (!is_around(w->f, w->f->span_of[write], span)) {
        if (w->previous[write] == DTN_NONE) {
            w->is_hoisted[root(w, write)] = true;
            break;
        }
        join(w, write, w->previous[write]);
        write = w->previous[write];
    }
    return write;
}

/* In a later turn of a loop a read sees what the turn before wrote further down. */
static void join_later_turns(finder *w, const uint32_t *writes, size_t n_write, uint32_t write,
                             uint32_t read)
{
    dtn_flow *f = w->f;
    for (uint32_t s = f->span_of[read]; s != 0; s = f->spans[s].parent) {
        const dtn_span *span = &f->spans[s];
        if (span->count == 0 || (write >= span->first && write < span->end))
            continue;
        for (size_t k = n_write; k-- > 0;) {
            if (writes[k] < read || writes[k] >= span->end)
                continue;
            join(w, write, writes[k]);
            (void)reaching(w, writes[k], s);
            break;
        }
    }
}

typedef struct accesses {
    uint32_t *writes; /* of one slot, in order */
    size_t n, cap;
    size_t n_passed; /* of them, before the instruction looked at */
} accesses;

static void find_read_webs(const dtn_exporter *x, finder *w, accesses *of_slot, uint32_t i)
{
    dtn_flow *f = w->f;
    for (uint32_t r = 0; r < DTN_N_READ; r++) {
        dtn_operand o = dtn_export_operand(&f->ins[i], r);
        if (!(dtn_export_reads(&f->ins[i]) >> r & 1) || !dtn_export_is_temp(x, o))
            continue;
        accesses *a = &of_slot[o - x->p->temp0];
        if (a->n_passed == 0)
            continue;
        uint32_t write = reaching(w, a->writes[a->n_passed - 1], f->span_of[i]);
        join_later_turns(w, a->writes, a->n, write, i);
        f->web_of_read[i * DTN_N_READ + r] = a->writes[a->n_passed - 1];
    }
}

static bool writes_temp(const dtn_exporter *x, const dtn_flow *f, uint32_t i)
{
    return f->is_live[i] && !dtn_export_is_control(&f->ins[i]) &&
           dtn_export_is_temp(x, f->ins[i].dst);
}

static void find_webs(dtn_exporter *x, dtn_flow *f)
{
    finder w = {f, DTN_NEW_N(x->arena, uint32_t, f->n + 1), DTN_NEW_N(x->arena, uint32_t, f->n + 1),
                DTN_NEW_N(x->arena, bool, f->n + 1)};
    accesses *of_slot = DTN_NEW_N(x->arena, accesses, x->p->n_slot - x->p->temp0 + 1);
    for (uint32_t i = 0; i < f->n; i++) {
        w.parent[i] = i;
        if (!writes_temp(x, f, i))
            continue;
        accesses *a = &of_slot[f->ins[i].dst - x->p->temp0];
        w.previous[i] = a->n ? a->writes[a->n - 1] : DTN_NONE;
        DTN_PUSH(x->arena, a->writes, a->n, a->cap, i);
    }
    memset(f->web_of_read, 0xff, (size_t)f->n * DTN_N_READ * sizeof *f->web_of_read);
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->is_live[i])
            find_read_webs(x, &w, of_slot, i);
        if (writes_temp(x, f, i))
            of_slot[f->ins[i].dst - x->p->temp0].n_passed++;
    }
    for (uint32_t i = 0; i < f->n; i++) {
        f->web_of_write[i] = writes_temp(x, f, i) ? root(&w, i) : DTN_NONE;
        f->webs[i].is_hoisted = w.is_hoisted[i];
        for (uint32_t r = 0; r < DTN_N_READ; r++) {
            uint32_t *web = &f->web_of_read[i * DTN_N_READ + r];
            *web = *web == DTN_NONE ? DTN_NONE : root(&w, *web);
        }
    }
}

void dtn_flow_init(dtn_exporter *x, dtn_flow *f, uint32_t first, uint32_t end)
{
    *f = (dtn_flow){.n = end - first};
    f->ins = DTN_NEW_N(x->arena, dtn_ins, f->n + 1);
    f->is_live = DTN_NEW_N(x->arena, bool, f->n + 1);
    f->is_wanted = DTN_NEW_N(x->arena, bool, f->n + 1);
    f->span_of = DTN_NEW_N(x->arena, uint32_t, f->n + 1);
    f->web_of_write = DTN_NEW_N(x->arena, uint32_t, f->n + 1);
    f->web_of_read = DTN_NEW_N(x->arena, uint32_t, ((size_t)f->n + 1) * DTN_N_READ);
    f->webs = DTN_NEW_N(x->arena, dtn_web, f->n + 1);
    for (uint32_t i = 0; i < f->n; i++) {
        dtn_ins *ins = &f->ins[i];
        *ins = x->p->ins[first + i];
        f->is_live[i] = true;
        if (ins->op == DTN_I_ENDLOOP)
            ins->a -= first;
        else if (ins->op != DTN_I_LOOP && ins->op != DTN_I_ITERATE && dtn_export_is_control(ins))
            ins->dst -= first;
    }
    drop_overlays(f);
    make_rows(x, f);
    for (uint32_t i = f->n; i-- > 0;) /* inner ones first */
        if (f->is_live[i] && f->ins[i].op == DTN_I_SKIP_UNLESS)
            simplify_condition(x, f, i);
    find_spans(x, f);
    find_webs(x, f);
}

/* ---- What is needed ------------------------------------------------------------------------ */

static bool is_needed(const dtn_symbol *s, bool step) { return step ? s->in_step : s->in_start; }

static bool is_wanted(const dtn_exporter *x, const dtn_flow *f, uint32_t i, bool step)
{
    if (f->web_of_write[i] != DTN_NONE)
        return f->webs[f->web_of_write[i]].is_live;
    const dtn_symbol *s = dtn_export_symbol(x, f->ins[i].dst);
    return s && is_needed(s, step);
}

static void want_operands(dtn_exporter *x, dtn_flow *f, uint32_t i, bool step)
{
    for (uint32_t r = 0; r < DTN_N_READ; r++) {
        if (!(dtn_export_reads(&f->ins[i]) >> r & 1))
            continue;
        uint32_t web = f->web_of_read[i * DTN_N_READ + r];
        dtn_symbol *s = dtn_export_symbol(x, dtn_export_operand(&f->ins[i], r));
        if (web != DTN_NONE)
            f->webs[web].is_live = true;
        else if (s && step)
            s->in_step = true;
        else if (s)
            s->in_start = true;
    }
}

/* Does a condition have something wanted behind it? */
static bool guards_wanted(const dtn_flow *f, uint32_t i)
{
    for (uint32_t k = i + 1; k < f->ins[i].dst && k < f->n; k++)
        if (f->is_wanted[k])
            return true;
    return false;
}

void dtn_flow_mark(dtn_exporter *x, dtn_flow *f, bool step)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = f->n; i-- > 0;) {
            if (!f->is_live[i] || f->is_wanted[i])
                continue;
            bool want = f->ins[i].op == DTN_I_SKIP_UNLESS   ? guards_wanted(f, i)
                        : dtn_export_is_control(&f->ins[i]) ? false
                                                            : is_wanted(x, f, i, step);
            if (!want)
                continue;
            f->is_wanted[i] = more = true;
            want_operands(x, f, i, step);
        }
    }
}

void dtn_flow_prune(dtn_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        f->is_live[i] = f->is_live[i] && (f->is_wanted[i] || f->ins[i].op == DTN_I_LOOP ||
                                          f->ins[i].op == DTN_I_ENDLOOP);
        for (uint32_t s = f->span_of[i]; f->is_wanted[i]; s = f->spans[s].parent) {
            f->spans[s].n_live++;
            if (s == 0)
                break;
        }
    }
}

/* ---- Folding ---------------------------------------------------------------------------------- */

#define IS_WEB 0x80000000u

static void note_read(dtn_exporter *x, dtn_web *web, uint32_t what)
{
    DTN_PUSH(x->arena, web->reads, web->n_reads, web->cap_reads, what);
}

/* What the expression of instruction i reads, folded ones included. */
static void note_reads(dtn_exporter *x, dtn_flow *f, uint32_t i, dtn_web *web)
{
    web->start = i;
    for (uint32_t r = 0; r < DTN_N_READ; r++) {
        if (!(dtn_export_reads(&f->ins[i]) >> r & 1))
            continue;
        uint32_t from = f->web_of_read[i * DTN_N_READ + r];
        const dtn_symbol *s = dtn_export_symbol(x, dtn_export_operand(&f->ins[i], r));
        if (from == DTN_NONE && s)
            note_read(x, web, (uint32_t)(s - x->symbols));
        if (from == DTN_NONE)
            continue;
        const dtn_web *inner = &f->webs[from];
        if (!inner->is_folded) {
            note_read(x, web, IS_WEB | from);
            continue;
        }
        for (size_t k = 0; k < inner->n_reads; k++)
            note_read(x, web, inner->reads[k]);
        web->start = inner->start < web->start ? inner->start : web->start;
    }
}

static bool is_overwritten(const dtn_exporter *x, const dtn_flow *f, const dtn_web *web)
{
    for (uint32_t i = web->start + 1; i < web->read_at; i++) {
        if (!f->is_live[i] || dtn_export_is_control(&f->ins[i]))
            continue;
        const dtn_symbol *s = dtn_export_symbol(x, f->ins[i].dst);
        uint32_t what = f->web_of_write[i] != DTN_NONE ? IS_WEB | f->web_of_write[i]
                        : s                            ? (uint32_t)(s - x->symbols)
                                                       : DTN_NONE;
        for (size_t k = 0; k < web->n_reads; k++)
            if (web->reads[k] == what)
                return true;
    }
    return false;
}

static void count_uses(dtn_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (!f->is_live[i])
            continue;
        if (f->web_of_write[i] != DTN_NONE)
            f->webs[f->web_of_write[i]].n_write++;
        for (uint32_t r = 0; r < DTN_N_READ; r++) {
            uint32_t web = f->web_of_read[i * DTN_N_READ + r];
            if (web == DTN_NONE)
                continue;
            f->webs[web].n_read++;
            f->webs[web].read_at = i;
        }
    }
}

/* A variable of several writes is declared at the first, unless some use of it lies outside. */
static void hoist_where_needed(dtn_flow *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t r = 0; f->is_live[i] && r <= DTN_N_READ; r++) {
            uint32_t web =
                r == DTN_N_READ ? f->web_of_write[i] : f->web_of_read[i * DTN_N_READ + r];
            if (web != DTN_NONE && !is_around(f, f->span_of[web], f->span_of[i]))
                f->webs[web].is_hoisted = true;
        }
}

void dtn_flow_fold(dtn_exporter *x, dtn_flow *f)
{
    count_uses(f);
    hoist_where_needed(f);
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t id = f->is_live[i] ? f->web_of_write[i] : DTN_NONE;
        if (id == DTN_NONE || f->webs[id].n_write != 1)
            continue;
        dtn_web *web = &f->webs[id];
        note_reads(x, f, i, web);
        web->is_folded =
            web->n_read == 1 && !web->is_hoisted &&
            dtn_flow_loop_of(f, f->span_of[i]) == dtn_flow_loop_of(f, f->span_of[web->read_at]) &&
            !is_overwritten(x, f, web);
    }
}
