# Words a published report adds around its sentences. Every key stands in labels.zh.ftl as well.

new = new
update = update
contents = Contents
empty = No post in this window belongs in this section.

window = { $first } to { $last } ({ $zone })
coverage = { $read ->
        [one] { $read } post
       *[other] { $read } posts
    } read, { $kept } kept{ $late }, { $authors ->
        [one] { $authors } author
       *[other] { $authors } authors
    }, { $stories ->
        [one] { $stories } story of two or more posts
       *[other] { $stories } stories of two or more posts
    }, { $cited } cited
no-model = No language model wrote this: every sentence is a quotation or is computed from the posts
by-model = AI-generated in part: sentences by the language model { $model }, each checked against the posts it cites; those that failed were left out
model-unused = The language model { $model } was asked, and none of its sentences is printed: every sentence is a quotation or is computed from the posts
stories-quoted = { $stories ->
        [one] { $stories } story is
       *[other] { $stories } stories are
    } quoted, not written by the model
story-quoted = quoted, not written by the model
degraded = degraded: the model left { $calls ->
        [one] { $calls } call
       *[other] { $calls } calls
    } without an answer

cloud-alt = Word cloud: { $terms }
cloud-caption = The larger a word, the more it marks this edition; the table counts the posts that hold it.
cloud-alt-empty = Word cloud
terms-word = Word
terms-posts = Posts
terms-example = Example

hourly-title = Posts per hour
hourly-alt = Bar chart of posts per hour. The busiest hour begins at { $hour }, with { $posts ->
        [one] { $posts } post
       *[other] { $posts } posts
    }.
hourly-caption = Posts per hour ({ $zone })
over-time-title = Stories over time
over-time-alt = Chart of the posts of each story over time
over-time-caption = Posts of the main stories over time ({ $zone })

method-item = Item
method-value = Value
method-window = Window
method-read = Read
method-in-window = In the window
method-dropped = Not used: { $reason }
method-kept = Kept
method-authors = Authors
method-stories = Stories of two or more posts
method-cited = Cited
method-withheld = Sentences withheld by the checks
method-withheld-by = Withheld: { $reason }
method-languages = Languages
method-networks = Networks
method-writer = Writer
method-cost = Model use
method-cost-value = { $calls ->
        [one] { $calls } call
       *[other] { $calls } calls
    }, { $tokens_in ->
        [one] { $tokens_in } token
       *[other] { $tokens_in } tokens
    } in, { $tokens_out ->
        [one] { $tokens_out } token
       *[other] { $tokens_out } tokens
    } out, ${ $money }
method-model = Language model
method-checking = Share of tokens spent on repairs and judgements
method-quoted = Stories the model was to write and did not
method-unanswered = Calls without an answer
method-unusable = Answers with nothing that could be used
method-lost = Why the model gave nothing
lost-key = its service refused access
lost-unpaid = its service wants to be paid first
lost-unknown = its service does not know the model or the address
lost-elsewhere = there is no such service at its address
lost-unreachable = its service could not be reached
lost-slow = no whole answer came in time
lost-busy = its service was overloaded or limited the calls
lost-broken = what came was no answer
lost-question = its service did not take the question
lost-limit = a limit set for its use was reached
lost-declined = it refused to answer
lost-cut = its answer had no end
lost-unusable = its answer was not in the form asked for
lost-not_recorded = no answer of it is on record
stage-name = Calls to the model
stage-calls = Calls
stage-in = Tokens in
stage-out = Tokens out
stage-money = USD
stage-story = Stories
stage-repair = Repairs
stage-judge = Judgements
stage-compose = Overview and summary
stage-headline = Headline
method-cost-none = No language model used, no cost
method-cost-unanswered = It was asked and gave no answer; what its answers cost: nothing
method-late = Of these, too late for the edition before
coverage-late = {" "}({ $late } of them too late for the edition before)
source-name = Source
source-status = Read
source-posts = Posts
source-reason = Why, and what next
source-ok = in full
source-empty = in full, no posts
source-partial = incomplete
source-failed = failed
source-with-status = { $name } ({ $status })
sources-missing = Not read in full: { $sources }.
sources-long-failing = Failing run after run since { $day }, posts missing: { $sources }.
sources-why = { $line } Reasons and next steps: “Data and method”.
source-called-feeds = Feeds
source-called-files = Files
source-called-jetstream = Bluesky Jetstream
source-called-twitterapi = twitterapi.io
method-files = Data files

time-unknown = time unknown
author-unknown = author unknown
language-unknown = not recognised
comma = {", "}
colon = {": "}

# Why a post was not used, by the reason in dropped.jsonl; others are shown as they stand.
reason-bad-row = row that cannot be read
reason-no-text = no text
reason-same-id = same id as another
reason-outside-window = outside the window
reason-dated-in-the-future = dated in the future
reason-no-time = no time
reason-off-topic = off topic
reason-bad-time = time that cannot be read
reason-other-language = other language
reason-no-id = no id
reason-in-an-earlier-edition = in an earlier edition
reason-in-a-later-edition = in a later edition already
reason-deleted-at-the-source = deleted at the source
reason-not-a-post = not a post
reason-superseded-by-an-edit = superseded by an edit

# A page that a cited post links to; its names are what it calls itself.
linked-page = Links to “{ $title }”
linked-page-site = Links to “{ $title }” ({ $site })

# Posts that were forgotten after the edition was published.
gone-entry = Removed on { $day }: deleted by its author, or at their request. Its text was not kept.
gone-mark = removed on { $day }
forgotten-since = { $posts ->
        [one] { $posts } post was
       *[other] { $posts } posts were
    } removed since, by or for their authors; counts are as first published
method-forgotten = Of the posts kept, removed since
reason-forgotten = removed by or for its author

# Why a sentence was withheld, by the rule that objected first; the numbers add up.
withheld-number = a number that its posts do not hold
withheld-date = a date that its posts do not bear out
withheld-name = a name that its posts do not hold
withheld-quote = quoted words that are not the post's
withheld-attribution = words given to somebody else
withheld-speakers = words given to somebody else
withheld-binding = name, number and date of different things put together
withheld-superlative = a superlative that no post uses
withheld-voices = one voice told as many
withheld-sources = more sources claimed than cited
withheld-advice = advice
withheld-trend = a trend that nothing is measured from
withheld-cause = a cause that no post names
withheld-proof = a claim told as proven
withheld-modality = a plan or a hint told as fact
withheld-polarity = the opposite of what its posts say
withheld-content = words that no post speaks of
withheld-fact = a count that comes out otherwise
withheld-structure = citations missing, or not of posts that were read
withheld-exchanged = two things put in each other's place
withheld-scope = told of more than its posts speak of
withheld-grave = a grave act that none of its posts tells of
withheld-judge = not borne out by the words that a judge named
withheld-comparison = a comparison the other way round
withheld-opposites = the opposite of a word of its posts
withheld-praise = praise that no post gives
withheld-scattered = words of different sentences put together
withheld-staleness = old told as new
withheld-other = other reasons
