using MLNet.GradientTrainers.TestPrograms;

Scoring.Run(args);
