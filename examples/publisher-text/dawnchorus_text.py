"""A publisher of dawnchorus: the report as one file of plain text."""

import os


class TextPublisher:
    name = "text"

    def publish(self, report, *, out, assets, evidence, dropped):
        number = {post.id: post.number for post in report.cited}
        lines = [report.title, report.first_line]
        for section in report.sections:
            lines += ["", section.heading.upper()]
            for block in section.blocks:
                for sentence in (*filter(None, [block.lead]), *block.sentences):
                    marks = "".join(f"[{number[id]}]" for id in sentence.citations if id in number)
                    lines.append(f"- {sentence.text} {marks}".rstrip())
        lines += [f"[{post.number}] {post.author}: {post.url}" for post in report.cited]
        out.mkdir(parents=True, exist_ok=True)
        path, unfinished = out / f"{report.slug}.txt", out / f".{report.slug}.txt"
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
        os.replace(unfinished, path)  # all of it or nothing
        return [path]
