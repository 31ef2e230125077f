using MLNet.GradientTrainers.TestPrograms;

switch (args)
{
    case ["score", .. var modelsAndRows]:
        Scoring.Run(modelsAndRows);
        break;
    case ["train", var rows, var folder]:
        Training.Run(rows, folder);
        break;
    default:
        throw new ArgumentException("score MODEL ROWS [MODEL ROWS ...], or train ROWS FOLDER");
}
