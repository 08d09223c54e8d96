namespace Course;

/// <summary>An operation of a Transformer, explained: what the anatomy page says beside its numbers.</summary>
/// <param name="Id">How the page's script calls it.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Text">Markdown, with links as a chapter has them.</param>
internal sealed record AnatomyStep(string Id, string Title, string Text);

/// <summary>Every operation, in the order in which a sentence meets them.</summary>
internal static class AnatomySteps
{
    public static IReadOnlyList<AnatomyStep> All { get; } =
    [
        new("tokens", "Tokens", """
            A model reads no letters. The text is cut into tokens, and each token has a number, its id. A dot before a
            token says that it continues a word. [How the pieces are
            found](10-tokens.ipynb#your-turn-the-algorithm-in-full) is chapter 10.
            """),
        new("embedding", "Embedding", """
            $$x_t = E_{\text{id}_t}\,\sqrt{d}$$

            Row $\text{id}_t$ of a learned matrix $E$ stands for the token. The 2017 Transformer multiplies it by
            $\sqrt{d}$; a GPT does not. From here on a row is a token, at every step.
            [From words to rows](05-transformer-assembly.ipynb#from-words-to-rows-of-numbers) is chapter 5.
            """),
        new("positions", "Add the positions", """
            $$PE_{t,2i} = \sin(t\,\omega_i) \qquad PE_{t,2i+1} = \cos(t\,\omega_i)$$

            Attention itself is blind to order, so the place is added as numbers of its own. The translator has the
            sines and cosines of the paper; the GPT has learned its rows. [Why that is needed, and why sines
            do](02-positional-encoding.ipynb#the-formula) is chapter 2.
            """),
        new("norm", "Layer norm", """
            $$y = g \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + b$$

            Every row by itself is brought to mean 0 and variance 1, then stretched and moved by what the model has
            learned. In the 2017 model it comes after each addition. In a GPT it comes before each sublayer, and once at
            the end. [By hand](04-feed-forward-and-residuals.ipynb#layer-norm-by-hand) is chapter 4; [post or
            pre](05-transformer-assembly.ipynb#post-norm-or-pre-norm) is chapter 5.
            """),
        new("qkv", "Queries, keys, values", """
            $$Q_i = X W_i^Q \qquad K_i = X W_i^K \qquad V_i = X W_i^V$$

            Three learned maps for each head: what a token looks for, what it can be found by, and what it hands over.
            A head is narrow, $d_k = d/h$. [Several heads](03-multi-head-attention.ipynb#the-formula) are chapter 3;
            [one, by hand](01-attention.ipynb#the-numbers-by-hand) is chapter 1.
            """),
        new("scores", "Scores", """
            $$z_{ts} = \frac{q_t \cdot k_s}{\sqrt{d_k}}$$

            The dot product says how well a query and a key fit. The root keeps the scores from growing with the width.
            [The formula, in full](01-attention.ipynb#the-formula-in-full) and [why the
            root](01-attention.ipynb#why-divide-by-the-root-of-) are in chapter 1.
            """),
        new("softmax", "Softmax", """
            $$A_{ts} = \frac{e^{z_{ts}}}{\sum_{j} e^{z_{tj}}}$$

            Scores become shares: none is negative, and each row sums to 1. Row $t$ says how token $t$ divides its
            attention. [You write it](01-attention.ipynb#your-turn-the-softmax) in chapter 1.
            """),
        new("mix", "Mix the values", """
            $$\text{head}_t = \sum_s A_{ts}\, v_s$$

            Each token takes home a mean of the values, weighted by its attention. This is the only place where
            something goes from one token to another. [A loop, a product, a
            softmax](01-attention.ipynb#a-loop-a-product-a-softmax) is chapter 1.
            """),
        new("output", "Heads side by side, then Wᴼ", """
            $$\text{Concat}(\text{head}_1, \dots, \text{head}_h)\, W^O$$

            The heads stand side by side and are as wide as the model again. $W^O$ says what each of them writes.
            [The output is a sum over the heads](03-multi-head-attention.ipynb#the-output-is-a-sum-over-the-heads), as
            chapter 3 shows.
            """),
        new("add", "Add to the stream", """
            $$x \leftarrow x + \text{Sublayer}(x)$$

            No sublayer replaces a row; it adds to it. So a word's first vector has a straight way up, through all
            layers. [The residual connection](04-feed-forward-and-residuals.ipynb#the-residual-connection) is chapter 4.
            """),
        new("hidden", "The hidden layer", """
            $$h = \max(0,\; x W_1 + b_1)$$

            Each token by itself goes through a wider layer. A unit answers to a pattern; of the others the bend leaves
            nothing, or with the GPT's GELU little. [Why the
            bend](04-feed-forward-and-residuals.ipynb#why-the-bend), and [a memory of keys and
            values](04-feed-forward-and-residuals.ipynb#a-memory-of-keys-and-values): chapter 4.
            """),
        new("network", "Back to the stream's width", """
            $$h\,W_2 + b_2$$

            Every unit that answered writes its own row of $W_2$, as strongly as it answered. [The feed-forward
            network](04-feed-forward-and-residuals.ipynb#your-turn-the-feed-forward-network) is chapter 4.
            """),
        new("logits", "Logits", """
            $$l = x\, E^\top$$

            The row is compared with the embedding of every token of the vocabulary, by a dot product. It is the same
            matrix $E$ as at the beginning. [The model, assembled](05-transformer-assembly.ipynb#your-turn-the-model) is
            chapter 5.
            """),
        new("choose", "The next token", """
            $$p = \text{softmax}(l)$$

            Greedy writing takes the likeliest token and puts it after the others; then all of it begins again.
            [Writing, one token at a time](05-transformer-assembly.ipynb#writing-one-token-at-a-time) is chapter 5,
            [better ways to choose](11-translation.ipynb#decoding) are in 11 and [12](12-gpt.ipynb).
            """),
        new("self", "Self-attention", """
            Here every token of the sentence may look at every other: queries, keys and values come from the same rows.
            """),
        new("masked", "Masked self-attention", """
            Here a token sees itself and those before it. What comes later is hidden, as it is not written yet:
            [masks](01-attention.ipynb#masks-who-may-not-be-seen), chapter 1.
            """),
        new("cross", "Cross-attention", """
            Here the tokens that are written look at the sentence that was read. The queries come from the decoder, the
            keys and values from the encoder: [across two
            sentences](03-multi-head-attention.ipynb#across-two-sentences), chapter 3.
            """),
    ];
}
