/* XML as the printer of XMILE writes it: tags, attributes, text, two blanks of indentation a level.
 *
 * Bytes that XML 1.0 cannot hold at all become '?'; white space in attributes is written as
 * references, since a reader would make one blank of each.
 */
#include "format/write_xmile.h"

#include <string.h>

/* Bytes that XML 1.0 cannot hold at all become '?'. */
void dtn_wx_escaped(dtn_wx *p, const char *s, bool is_attribute)
{
    for (; *s; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c == '&')
            dtn_text_put(p->out, "&amp;");
        else if (c == '<')
            dtn_text_put(p->out, "&lt;");
        else if (c == '>')
            dtn_text_put(p->out, "&gt;");
        else if (c == '"' && is_attribute)
            dtn_text_put(p->out, "&quot;");
        else if ((c == '\n' || c == '\t') && is_attribute)
            dtn_text_put(p->out, c == '\n' ? "&#10;" : "&#9;");
        else if (c < 0x20 && c != '\n' && c != '\t')
            dtn_text_put(p->out, "?");
        else
            dtn_text_put_n(p->out, s, 1);
    }
}

static void indent(dtn_wx *p)
{
    for (int i = 0; i < p->depth; i++)
        dtn_text_put(p->out, "  ");
}

void dtn_wx_attr(dtn_wx *p, const char *name, const char *value)
{
    dtn_text_put(p->out, " ");
    dtn_text_put(p->out, name);
    dtn_text_put(p->out, "=\"");
    dtn_wx_escaped(p, value, true);
    dtn_text_put(p->out, "\"");
}

void dtn_wx_number_attr(dtn_wx *p, const char *name, double value)
{
    char s[DTN_DOUBLE_MAX_TEXT];
    dtn_double_to_text(value, s);
    dtn_wx_attr(p, name, s);
}

void dtn_wx_start(dtn_wx *p, const char *tag)
{
    indent(p);
    dtn_text_put(p->out, "<");
    dtn_text_put(p->out, tag);
}

void dtn_wx_start_named(dtn_wx *p, const char *tag, const char *name)
{
    dtn_wx_start(p, tag);
    dtn_wx_attr(p, "name", name);
}

void dtn_wx_open(dtn_wx *p)
{
    dtn_text_put(p->out, ">\n");
    p->depth++;
}

void dtn_wx_empty(dtn_wx *p) { dtn_text_put(p->out, "/>\n"); }

void dtn_wx_begin(dtn_wx *p, const char *tag)
{
    dtn_wx_start(p, tag);
    dtn_wx_open(p);
}

void dtn_wx_finish(dtn_wx *p, const char *tag)
{
    p->depth--;
    indent(p);
    dtn_text_put(p->out, "</");
    dtn_text_put(p->out, tag);
    dtn_text_put(p->out, ">\n");
}

void dtn_wx_element(dtn_wx *p, const char *tag, const char *text)
{
    dtn_wx_start(p, tag);
    dtn_text_put(p->out, ">");
    dtn_wx_escaped(p, text, false);
    dtn_text_put(p->out, "</");
    dtn_text_put(p->out, tag);
    dtn_text_put(p->out, ">\n");
}

void dtn_wx_optional(dtn_wx *p, const char *tag, const char *text)
{
    if (text && *text)
        dtn_wx_element(p, tag, text);
}

const char *dtn_wx_attribute_name(const dtn_wx *p, const char *name)
{
    const char *plain = dtn_plain_name(p->model->arena, name);
    return plain[0] == '"' ? name : plain; /* what begins with one is read as quoted */
}

const char *dtn_wx_expr(dtn_wx *p, const dtn_expr *x) { return dtn_expr_print(p->model, x); }
