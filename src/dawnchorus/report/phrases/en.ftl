# Sentences a report may compute, in English. Terms in braces are values counted from the posts.

by-author = { $who } wrote: “{ $text }”
by-network = A post on { $network }: “{ $text }”
lead-author = { $who }: “{ $text }”
lead-network = { $network }: “{ $text }”

posts = { $n ->
    [one] { $n } post
   *[other] { $n } posts
 }
one-post = one post
authors = { $n ->
    [one] { $n } author
   *[other] { $n } authors
 }
authors-own = { $n ->
    [one] { $n } author
   *[other] { $n } authors
 } ({ $m } in their own words)
share = { NUMBER($x, style: "percent", maximumFractionDigits: 0) } of the edition
languages = { $n ->
    [one] { $n } language
   *[other] { $n } languages
 }
networks = { $n ->
    [one] { $n } network
   *[other] { $n } networks
 }
domains = links to { $n ->
    [one] { $n } site
   *[other] { $n } sites
 }
ratio = { NUMBER($x, maximumFractionDigits: 1) } times the edition before
first = first at { $time }
peak = busiest in the hour from { $hour }:00
at = posted at { $time }
likes = at most { $n ->
    [one] { $n } like
   *[other] { $n } likes
 } on one post
likes-one = { $n ->
    [one] { $n } like
   *[other] { $n } likes
 }

overview-none = There are no posts to sum up in this edition.
overview-stories = Of the { $posts } posts of this edition, { NUMBER($share, style: "percent", maximumFractionDigits: 0) } belong to { $stories ->
    [one] { $stories } story that several posts share.
   *[other] { $stories } stories that several posts share.
 }
overview-singles = The { $posts } posts of this edition each speak of a matter of their own; no story is shared.
overview-top = Most was said about { $label } ({ $detail }).
overview-top-voices = The story with most voices is { $label } ({ $detail }).
overview-next = Next come { $labels }.
next-item = { $label } ({ $n ->
    [one] { $n } post
   *[other] { $n } posts
 })
overview-change-up = Against the edition before ({ $day }), posts rose from { $before } to { $posts }, { NUMBER($change, style: "percent", maximumFractionDigits: 0) } more.
overview-change-down = Against the edition before ({ $day }), posts fell from { $before } to { $posts }, { NUMBER($change, style: "percent", maximumFractionDigits: 0) } fewer.
overview-change-same = The number of posts, { $posts }, is that of the edition before ({ $day }).
overview-themes = By theme: { $items }.
theme-item = { $name }, { $n ->
    [one] { $n } post
   *[other] { $n } posts
 } ({ NUMBER($share, style: "percent", maximumFractionDigits: 0) })
overview-peak = The busiest hour began at { $hour }:00, with { $n ->
    [one] { $n } post
   *[other] { $n } posts
 }.
overview-domains = The sites linked most are { $items }.
domain-item = { $name } ({ $n ->
    [one] { $n } post
   *[other] { $n } posts
 })
overview-languages = Languages: { $items }.
overview-networks = Networks: { $items }.
count-item = { $name } { $n }

update = New in this thread: { $items }.
update-posts = New in this thread: { $n ->
    [one] { $n } post
   *[other] { $n } posts
 }.
volume = { $detail }.
repeats = { $n ->
    [one] { $n } story has
   *[other] { $n } stories have
 } nothing new against earlier editions and { $n ->
    [one] is
   *[other] are
 } not told again: { $labels }.

opinions-none = No named author voices an opinion in the posts of this edition.
opinions-count = { $posts ->
    [one] { $posts } post
   *[other] { $posts } posts
 } by { $n ->
    [one] { $n } named author
   *[other] { $n } named authors
 } { $posts ->
    [one] uses
   *[other] use
 } words of opinion.
doubt = { $label }: { $n ->
    [one] { $n } post uses
   *[other] { $n } posts use
 } words of doubt ({ $words }).
doubt-both = { $label }: { $n ->
    [one] { $n } post uses
   *[other] { $n } posts use
 } words of doubt ({ $words }), { $m } words of praise ({ $more }).

events-none = No event is spoken of by several posts of this edition.
course = { $n ->
    [one] { $n } post
   *[other] { $n } posts
 }, from { $first } to { $last }.
markets-none = No stock or coin is mentioned in the posts of this edition.
markets-count = { $posts ->
    [one] { $posts } post mentions
   *[other] { $posts } posts mention
 } { $n ->
    [one] { $n } stock or coin
   *[other] { $n } stocks and coins
 }.
markets-price = No price source is connected, so no prices are given.
mention = { $name }: { $detail }.
topic-none = The posts of this edition touch none of the themes of this section.
theme-count = { $posts ->
    [one] { $posts } post
   *[other] { $posts } posts
 } by { $authors ->
    [one] { $authors } author
   *[other] { $authors } authors
 }, { NUMBER($share, style: "percent", maximumFractionDigits: 0) } of the edition.
theme-count-anonymous = { $posts ->
    [one] { $posts } post
   *[other] { $posts } posts
 }, { NUMBER($share, style: "percent", maximumFractionDigits: 0) } of the edition.
finance-none = The posts of this edition do not speak of funding, earnings, deals or regulation.
finance-count = { $posts ->
    [one] { $posts } post speaks
   *[other] { $posts } posts speak
 } of funding, earnings, deals or regulation, { NUMBER($share, style: "percent", maximumFractionDigits: 0) } of the edition.
summary-none = There is nothing to sum up in this edition.
key-none = Nothing in this edition carries enough weight to be listed.
fresh = Of the { $n ->
    [one] { $n } story
   *[other] { $n } stories
 } of this edition, { $new } { $new ->
    [one] is
   *[other] are
 } new, { $updates } { $updates ->
    [one] continues
   *[other] continue
 } an earlier one and { $repeats } { $repeats ->
    [one] brings
   *[other] bring
 } nothing new.
withheld-section = No sentence of this section passed the check, so none is printed.
withdrawn = Withdrawn: the post this stood on was removed by or for its author.
