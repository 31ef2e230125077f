using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <content>
/// Places where several nodes take one tensor. The branches are followed to the nodes that join them: an Add is a residual block, a Mean an ensemble. Joined branches may meet others, until
/// one way is left.
/// </content>
internal sealed partial class OnnxImport
{
    /// <summary>As deep as layers may be nested.</summary>
    private const int MostNested = 16;

    /// <summary>Whether a node takes more than one tensor that is computed of rows.</summary>
    private bool Joins(OnnxNode node) =>
        node.Operation is "Add" or "Sub" or "Mul" or "Div" or "Sum" or "Mean" or "Max" or "Min" or "Concat" or "MatMul" or "Gemm" && Computed(node).Skip(1).Any();

    private IEnumerable<string> Computed(OnnxNode node) => node.Inputs.Where(input => input.Length > 0 && _graph.Constant(input) is null).Distinct();

    /// <summary>Takes all branches behind a tensor as one layer.</summary>
    /// <returns>The tensor where there is one way again.</returns>
    private string Branches(string at, IReadOnlyList<OnnxNode> next)
    {
        if (_depth == MostNested)
        {
            throw Refuse(next[0], string.Create(CultureInfo.InvariantCulture, $"it is in more than {MostNested} blocks, one inside the other"));
        }

        // Ends of branches that have met no other yet. The start itself is one as long as a node takes it to add it to another.
        Dictionary<string, OnnxImport> open = new(StringComparer.Ordinal);
        List<OnnxNode> skips = [.. next.Where(Joins)];
        foreach (OnnxNode node in next.Except(skips).ToArray())
        {
            OnnxImport branch = new(this);
            string? composite = null;
            string y;
            if (Find(at, node) is var (activation, nodes))
            {
                y = branch.Take(activation, nodes);
                skips.RemoveAll(nodes.Contains);
            }
            else if (skips.FirstOrDefault(other => (composite = branch.Composite(at, [node, other])) is not null) is { } second)
            {
                // A layer of several operators, two of which take the tensor.
                y = composite!;
                skips.Remove(second);
            }
            else
            {
                y = branch.Translate(node, at);
            }

            open[branch.Follow(y)] = branch;
        }

        if (skips.Count > 0)
        {
            open[at] = new OnnxImport(this);
        }

        while (true)
        {
            OnnxNode join = open.Keys.SelectMany(_graph.Consumers).FirstOrDefault(node => Joins(node) && Computed(node).All(open.ContainsKey))
                ?? throw Refuse(
                    open.Keys.SelectMany(_graph.Consumers).FirstOrDefault(Joins) ?? next[^1],
                    $"not all branches behind '{Excerpt.Of(at)}' come together again, which {Excerpt.List([.. next.Select(node => node.ToString())], 3)} take");
            string[] ends = [.. Computed(join)];
            OnnxImport[] branches = [.. ends.Select(end => open[end])];
            skips.Remove(join);
            foreach (string end in ends)
            {
                if (end == at && skips.Count > 0)
                {
                    continue;
                }

                if (end != at && _graph.Consumers(end) is { Count: > 1 } several)
                {
                    throw Refuse(several[^1], $"it and {several[0]} both take '{Excerpt.Of(end)}', which is inside a branch");
                }

                open.Remove(end);
            }

            if (open.Count == 0)
            {
                Join(join, ends, branches);
                return join.Output;
            }

            OnnxImport joined = new(this);
            joined.Join(join, ends, branches);
            open[joined.Follow(join.Output)] = joined;
        }
    }

    /// <summary>Puts the block behind the layers there are.</summary>
    private void Join(OnnxNode node, string[] ends, OnnxImport[] branches)
    {
        Visit(node);
        OnnxImport first = branches[0];
        foreach (OnnxImport branch in branches)
        {
            if (!branch._shape.Equals(first._shape))
            {
                throw Refuse(node, $"its inputs '{Excerpt.Of(ends[0])}' and '{Excerpt.Of(ends[Array.IndexOf(branches, branch)])}' have the shapes {first._shape} and {branch._shape}; blocks join branches of one shape");
            }

            if (branch._pad != default || branch._channelsLast != first._channelsLast || branch._pooled != first._pooled || branch._flattened is not null)
            {
                throw Refuse(node, "its inputs do not lie in the same order of numbers");
            }
        }

        switch (node.Operation)
        {
            case "Add" or "Sum" when node.Inputs.Count == 2 && branches.Length == 2:
                // An empty branch is the skip connection, wherever it stands.
                (OnnxImport main, OnnxImport skip) = first._layers.Count > 0 ? (first, branches[1]) : (branches[1], first);
                Append(node, new Residual(main.Own, skip.Own), [.. main.Named(Residual.Main), .. skip.Named(Residual.Skip)]);
                break;
            case "Mean" when node.Inputs.Count == branches.Length:
                int other = Array.FindIndex(branches, branch => !branch.Own.SequenceEqual(first.Own));
                if (other >= 0)
                {
                    throw Refuse(node, $"it takes the mean of branches with different layers, those of '{Excerpt.Of(ends[0])}' and '{Excerpt.Of(ends[other])}'; the members of an ensemble have the same");
                }

                Append(node, new Ensemble(first.Own, branches.Length), [.. branches.SelectMany((branch, member) => branch.Named(Ensemble.Setting(member)))]);
                break;
            default:
                throw Refuse(node, $"it joins branches; an Add of two and a Mean are read (a skip connection, an ensemble), and operators on constants: {Known}");
        }

        (_channelsLast, _pooled, _flattened, _pad) = (first._channelsLast, first._pooled, null, default);
    }

    private Layer[] Own => [.. _layers.Select(layer => layer.Layer)];

    /// <summary>The parameters as a block names them.</summary>
    private IEnumerable<(string Name, float[] Values)> Named(string setting) =>
        _layers.SelectMany((layer, i) => layer.Parameters.Select(parameter => ($"{setting}.{i}.{parameter.Name}", parameter.Values)));
}
